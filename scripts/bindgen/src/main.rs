//! Joins the browser's WASM and its JavaScript: `bindgen INPUT.wasm FOLDER` writes `place.js` and `place_bg.wasm`.
//!
//! wasm-bindgen's own command line tool does the same with a test runner and a web server around it: three minutes of
//! compiling more, of a version that had to be kept equal to `Cargo.lock` by a script.

use anyhow::Context;
use wasm_bindgen_cli_support::Bindgen;

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args_os().skip(1);
    let input = arguments.next().context("usage: bindgen INPUT.wasm FOLDER")?;
    let folder = arguments.next().context("usage: bindgen INPUT.wasm FOLDER")?;
    Bindgen::new().input_path(input).web(true)?.typescript(false).out_name("place").generate(folder)
}
