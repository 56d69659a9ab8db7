//! Bodies that are made to cost much: each is refused or taken in no time, and nothing that they hold is unpacked.

use crate::client::{HERE, Response, Service, token};
use axum::body::Body;
use axum::http::Request;
use domain::access::{Actor, Grant};
use std::time::{Duration, Instant};

/// What an answer may take in a build that is not made for speed.
const SOON: Duration = Duration::from_secs(3);

async fn sent(service: &Service, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Response {
    let mut request = Request::post(path).header("origin", HERE);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let begun = Instant::now();
    let answer = service.send(request.body(Body::from(body)).expect("a request")).await;
    let took = begun.elapsed();
    assert!(took < SOON, "{path} {headers:?}: {took:?}");
    answer
}

/// A file as a browser sends it.
fn file(name: &str, content: &[u8]) -> Vec<u8> {
    let head = format!("--x\r\nContent-Disposition: form-data; name=\"piece\"; filename=\"{name}\"\r\n\r\n");
    [head.as_bytes(), content, b"\r\n--x--\r\n"].concat()
}

/// The directory of an archive whose files each say to be four gigabytes: of it nothing else is read.
fn archive(parts: usize) -> Vec<u8> {
    let mut directory = Vec::new();
    let mut add = |name: &str| {
        let length = u16::try_from(name.len()).expect("short").to_le_bytes();
        directory
            .extend([b"PK\x01\x02".as_slice(), &[20, 0, 20, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0]].concat());
        directory.extend([0xff, 0xff, 0x00, 0x00, 0xf0, 0xff, 0xff, 0xff]);
        directory.extend(length);
        directory.extend([0; 16]);
        directory.extend(name.as_bytes());
    };
    add("[Content_Types].xml");
    add("word/document.xml");
    (2..parts).for_each(|n| add(&format!("word/{n}")));
    let long = |n: usize| u32::try_from(n).expect("long").to_le_bytes();
    let short = |n: usize| u16::try_from(n).expect("short").to_le_bytes();
    let end = [
        b"PK\x05\x06".as_slice(),
        &[0; 4],
        &short(parts),
        &short(parts),
        &long(directory.len()),
        &long(0),
        &[0; 2],
    ];
    [directory, end.concat()].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_made_to_cost_much_costs_nothing() {
    let service = Service::with(&["place", "--public-url", HERE, "--posts-per-minute", "100000"]).await;
    let need = "quoi=Blanchisserie&ou=C31555&date=2027-01-12&courriel=achats%40ville.example&etape=preparer";
    service.post("/besoins/nouveau", need).await;
    let prepare = token(&service.mails().await[0], "/besoins/preparer");
    let files = format!("/besoins/preparer/piece?jeton={prepare}");
    let multipart = [("content-type", "multipart/form-data; boundary=x")];
    let form = ("content-type", "application/x-www-form-urlencoded");
    let many_parts =
        "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n".repeat(100_000) + "--x--\r\n";
    let deep = format!("{{\"sectors\":{}", "[".repeat(200_000));
    let json = [("content-type", "application/json")];
    // A thousand times a thousand zeros, packed: the body of a form is never unpacked.
    let packed =
        [&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255][..], &[0xed, 0xc1, 1, 1, 0, 0, 0].repeat(1_000)].concat();
    for (what, path, headers, body, status) in [
        ("a file of 20 MB", files.as_str(), &multipart[..], file("a.pdf", &vec![b'%'; 20 << 20]), 422),
        ("100,000 parts", &files, &multipart[..], many_parts.into_bytes(), 422),
        ("an archive of 60,000 files of 4 GB", &files, &multipart[..], file("a.docx", &archive(60_000)), 303),
        ("a form of 5 MB", "/besoins/nouveau", &[form][..], vec![b'a'; 5 << 20], 413),
        ("a form of 100,000 fields", "/besoins/nouveau", &[form][..], b"a=1&".repeat(100_000), 422),
        ("JSON as deep as it is long", "/api/v1/matches", &json[..], deep.into_bytes(), 400),
        ("JSON of 5 MB", "/api/v1/matches", &json[..], vec![b' '; 5 << 20], 413),
        ("a packed form", "/besoins/nouveau", &[form, ("content-encoding", "gzip")][..], packed, 400),
    ] {
        let answer = sent(&service, path, headers, body).await;
        assert_eq!(answer.status.as_u16(), status, "{what}: {}", answer.texts("h1").join(" "));
    }
    // What was taken is given back as it came, and never opened.
    let Some(Grant::NeedPrepare(id)) = service.backend.actor_of(&prepare).await.expect("read").grant() else {
        panic!("the link of a draft");
    };
    let prepared =
        service.backend.need_prepared(&Actor::Link(Grant::NeedPrepare(id)), id).await.expect("its own");
    assert_eq!(prepared.draft.attachments.len(), 1, "the one that was taken");
}
