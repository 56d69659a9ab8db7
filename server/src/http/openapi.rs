//! The OpenAPI document, made from the types that answer.

use super::{api, results};
use axum::Json;
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "La Place des marchés",
        version = "1",
        description = "Search structures, list needs, match a lot. Read only; texts are in French.",
        license(name = "MIT OR Apache-2.0")
    ),
    paths(
        api::structures::structure_list,
        api::structures::structure_show,
        api::needs::need_list,
        api::matches::match_list,
    ),
    components(schemas(
        api::Problem,
        api::PlaceChoice,
        api::structures::StructurePage,
        api::structures::StructureOut,
        api::structures::ActivityOut,
        api::needs::NeedPageOut,
        api::needs::NeedOut,
        api::matches::LotIn,
        api::matches::MatchPage,
        results::ResultRow,
        results::ReasonRow
    ))
)]
struct Document;

/// The document.
#[must_use]
pub fn document() -> utoipa::openapi::OpenApi {
    Document::openapi()
}

pub(super) async fn serve() -> Json<utoipa::openapi::OpenApi> {
    Json(document())
}
