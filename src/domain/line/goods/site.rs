//! 设站: a donation station, a branch or a collecting point under it.

use super::{Act, Both, GoodsRefusal, Id, Kind, Lang, Refusal, Role, record, words};
use crate::domain::text::Text;

/// How many levels of sites there are at most: 总站, 分站, 代收点 and one more.
pub const MAX_LEVELS: u64 = 4;
/// The most sites a ledger may ever open.
pub const MAX_SITES: usize = 1_000;

words! {
    /// What kind of site it is.
    pub enum SiteKind {
        /// 总站
        Main = "main", "总站", "main station";
        /// 分站
        Branch = "branch", "分站", "branch";
        /// 代收点
        Point = "point", "代收点", "collecting point";
        /// 驿站
        Post = "post", "驿站", "post";
    }
}

record! {
    /// What the books know of a site.
    pub struct Station {
        /// The site above it.
        under: Option<Id> = "under",
        /// What kind of site it is.
        kind: SiteKind = "kind",
        /// What it is called.
        name: Text = "name",
        /// How many sites there are from the top down to this one.
        level: u64 = "level",
        /// Whether it was closed.
        shut: bool = "shut",
        /// Who last changed what is here or on the way here.
        mover: Option<Id> = "mover",
        /// The entry that last changed anything about it.
        entry: u64 = "entry",
    }
}

record! {
    /// Opens a site with nothing in it.
    pub struct Site {
        /// Its handle.
        site: Id = "site",
        /// What kind of site it is.
        kind: SiteKind = "kind",
        /// What it is called; a place, not a person.
        name: Text = "name",
        /// The site above it, unless it is the first of its tree.
        under: Option<Id> = "under",
    }
}

impl Kind for Site {
    const NAME: Both = Both("设站", "opening of a site");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Steward])?;
        let site = self.site;
        if act.books.goods.sites.get(&site).is_some() {
            return Err(GoodsRefusal::SiteExists { site }.into());
        }
        if act.books.goods.sites.len() >= MAX_SITES {
            return Err(Refusal::TooMany { what: Both("站点", "sites"), max: MAX_SITES });
        }
        let above = self.under.map(|under| act.open_site(under)).transpose()?;
        let level = above.map_or(1, |above| above.level + 1);
        if level > MAX_LEVELS {
            return Err(GoodsRefusal::SiteTooDeep { site, level, max: MAX_LEVELS }.into());
        }
        let place = Station {
            under: self.under,
            kind: self.kind,
            name: self.name.clone(),
            level,
            shut: false,
            mover: None,
            entry: act.place.entry,
        };
        act.books.goods.sites.set(site, place);
        Ok(())
    }

    fn tell(&self, lang: Lang) -> String {
        let (site, kind, name) = (self.site, self.kind.name(lang), &self.name);
        let under =
            self.under.map(|under| lang.pick(format!("，属 {under}"), format!(", under {under}")));
        let under = under.unwrap_or_default();
        lang.pick(
            format!("设站 {site}（{kind}，{name}{under}）"),
            format!("site {site} opened ({kind}, {name}{under})"),
        )
    }
}
