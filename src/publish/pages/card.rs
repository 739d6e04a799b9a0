//! The card that a messenger shows for a link: what the page's own head says, as Open Graph.

/// Where the card goes.
const BEFORE: &str = "<link rel=\"stylesheet\"";

/// Adds title and description of the page once more, where cards are made from. Both are text of
/// the page already, so they are spelled as they must be between quotes too.
pub(super) fn with_card(page: String) -> String {
    let between = |from: &str, to: &str| {
        let (_, rest) = page.split_once(from)?;
        rest.split_once(to).map(|(text, _)| text.trim()).filter(|text| !text.contains('"'))
    };
    let title = between("<title>", "</title>");
    let description = between("<meta name=\"description\" content=\"", "\">");
    let line = |(name, text): (&str, Option<&str>)| {
        text.map(|text| format!("<meta property=\"og:{name}\" content=\"{text}\">\n"))
    };
    let card: String =
        [("title", title), ("description", description)].into_iter().filter_map(line).collect();
    match page.split_once(BEFORE) {
        Some((head, rest)) if !card.is_empty() => format!("{head}{card}{BEFORE}{rest}"),
        _ => page,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shared_link_shows_what_the_page_is_called() {
        let page = "<title>善 &amp; &#34;1&#34;</title>\n<meta name=\"description\" content=\"一元\">\n<link rel=\"stylesheet\" href=\"\">\n";
        let card = with_card(page.to_owned());
        assert!(
            card.contains("<meta property=\"og:title\" content=\"善 &amp; &#34;1&#34;\">"),
            "{card}"
        );
        assert!(
            card.contains("<meta property=\"og:description\" content=\"一元\">\n<link"),
            "{card}"
        );
        // Nothing leaves its quotes, and a page without a head stays as it is.
        let hostile = page.replace("善", "\" onload=\"x");
        assert!(!with_card(hostile).contains("og:title"));
        assert_eq!(with_card("<p>".to_owned()), "<p>");
    }
}
