//! What is said where there is no file: a page to people, JSON or a line of text to programs.

use super::name::Base;
use hyper::StatusCode;

/// What a status means, in Chinese and English.
fn meaning(status: StatusCode) -> (&'static str, &'static str) {
    match status {
        StatusCode::BAD_REQUEST => ("请求的写法不对", "the request is not well formed"),
        StatusCode::METHOD_NOT_ALLOWED => ("这里只供查阅", "this can only be read"),
        StatusCode::PRECONDITION_FAILED => ("文件已经变了", "the file has changed"),
        StatusCode::URI_TOO_LONG => ("网址太长", "the address is too long"),
        StatusCode::RANGE_NOT_SATISFIABLE => {
            ("要的部分超出了文件", "the range lies beyond the file")
        }
        StatusCode::INTERNAL_SERVER_ERROR => {
            ("文件读不出来，请稍后再试", "the file cannot be read, try again")
        }
        _ => ("没有这一页", "there is no such page"),
    }
}

/// The type and text of an answer with `status` to a request for `path`, still escaped.
pub(super) fn refusal(status: StatusCode, path: &str, base: &Base) -> (&'static str, String) {
    let (zh, en) = meaning(status);
    let code = status.as_u16();
    let name = path.rsplit('/').next().unwrap_or_default();
    let ending = name.rsplit_once('.').map(|(_, ending)| ending);
    let inside = path.strip_prefix(base.as_str());
    let machine = ["tile/", "day/", "find/", "v1/", "csv/"];
    let machine = inside.is_some_and(|path| machine.iter().any(|m| path.starts_with(m)));
    if ending == Some("json") {
        let text = format!("{{\"schema\":1,\"status\":{code},\"zh\":\"{zh}\",\"en\":\"{en}\"}}\n");
        return ("application/json; charset=utf-8", text);
    }
    if machine || !matches!(ending, None | Some("html")) {
        return ("text/plain; charset=utf-8", format!("{zh}\n{en}\n"));
    }
    // Relative as every link of the site, so that it holds behind a proxy that moves the site.
    let up = match inside {
        Some(path) => "../".repeat(path.matches('/').count().min(16)),
        None => base.as_str().to_owned(),
    };
    let text = format!(
        "<!doctype html>
<html lang=\"zh-CN\">
<head>
<meta charset=\"utf-8\">
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">
<title>{zh} · {en}</title>
<link rel=\"stylesheet\" href=\"{up}style.css\">
</head>
<body>
<main>
<h1>{zh}</h1>
<p><a href=\"{up}index.html\">回到首页</a></p>
<h2 lang=\"en\">{en}</h2>
<p lang=\"en\"><a href=\"{up}en/index.html\">to the first page</a></p>
</main>
</body>
</html>
"
    );
    ("text/html; charset=utf-8", text)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;

    #[test]
    fn people_get_a_page_and_programs_a_line_and_nothing_asked_is_said_back() {
        let base = Base::parse("/sub/").unwrap();
        let ask = |path| refusal(StatusCode::NOT_FOUND, path, &base);
        for path in ["/sub/d/2026-11-22/", "/sub/nothing", "/sub/x.html", "/", "/%3Cscript%3E"] {
            let (media, text) = ask(path);
            assert_eq!(media, "text/html; charset=utf-8", "{path}");
            assert!(text.contains("没有这一页") && text.contains("there is no such page"));
            assert!(!text.contains("script") && !text.contains("style="));
        }
        assert!(ask("/sub/d/2026-11-22/").1.contains("href=\"../../index.html\""));
        assert!(ask("/elsewhere").1.contains("href=\"/sub/index.html\""));
        let json: serde_json::Value = serde_json::from_str(&ask("/sub/v1/x.json").1).unwrap();
        assert_eq!((json["status"].as_u64(), json["zh"].as_str()), (Some(404), Some("没有这一页")));
        for path in
            ["/sub/tile/0/001", "/sub/find/2/ff", "/sub/find/new/f", "/sub/check.js", "/sub/x.csv"]
        {
            let plain = ("text/plain; charset=utf-8", "没有这一页\nthere is no such page\n");
            assert_eq!((ask(path).0, &*ask(path).1), plain, "{path}");
        }
    }
}
