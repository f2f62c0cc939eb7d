//! Public holidays over HTTP.

use reqwest::StatusCode;
use tests::server::TestServer;

#[tokio::test]
async fn public_holidays_of_a_country_are_given_as_a_file_of_holidays() {
    let server = TestServer::start().await;
    let path = "/api/holidays/DE?first=2026&last=2026";
    let stranger = server.client().get(path).await;
    assert_eq!(stranger.status, StatusCode::UNAUTHORIZED);
    let li = server.person("li").await;
    let all = li.http.get("/api/holidays").await.text;
    let all: Vec<String> = serde_json::from_str(&all).unwrap();
    assert!(all.len() > 100 && all.iter().any(|code| code == "DE"));
    let text = li.http.get(path).await.text;
    let (holidays, problems) = shared::domain::calendar::holidays::read(&text);
    assert_eq!(problems, []);
    let day = |text: &str| holidays.day(text.parse().unwrap()).map(|day| day.works);
    assert_eq!(day("2026-10-03T00:00"), Some(false));
    assert_eq!(day("2026-10-05T00:00"), None);
    assert_eq!(holidays.years().collect::<Vec<_>>(), [2026]);
    // more years than anybody plans are cut, what is no country or no year is refused
    let many = li
        .http
        .get("/api/holidays/DE?first=-2147483648&last=2147483647")
        .await;
    assert_eq!(many.status, StatusCode::OK);
    for (wrong, status) in [
        (
            "/api/holidays/XX?first=2026&last=2026",
            StatusCode::NOT_FOUND,
        ),
        ("/api/holidays/DE", StatusCode::UNPROCESSABLE_ENTITY),
        (
            "/api/holidays/DE?first=x&last=2026",
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
    ] {
        assert_eq!(li.http.get(wrong).await.status, status, "{wrong}");
    }
}
