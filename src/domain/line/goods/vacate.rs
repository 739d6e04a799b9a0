//! 撤站: a site with nothing in it is used no more.

use super::site::Station;
use super::{Act, Both, GoodsRefusal, Id, Kind, Lang, Refusal, Role, record};

record! {
    /// Closes a site that holds nothing, expects nothing and has no open site under it.
    pub struct Vacate {
        /// Its handle.
        site: Id = "site",
    }
}

impl Kind for Vacate {
    const NAME: Both = Both("撤站", "closing of a site");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Steward])?;
        let site = self.site;
        let place = act.open_site(site)?;
        let below = act.books.goods.sites.iter().find(|(_, s)| s.under == Some(site) && !s.shut);
        if let Some((below, _)) = below {
            return Err(GoodsRefusal::SiteHasBelow { site, below: *below }.into());
        }
        let units = super::here(act.books, site).map(|(_, s)| s.on_hand() + s.coming).sum();
        if units > 0 {
            return Err(GoodsRefusal::SiteNotEmpty { site, units }.into());
        }
        let entry = act.place.entry;
        act.books.goods.sites.set(site, Station { shut: true, entry, ..place });
        Ok(())
    }

    fn tell(&self, lang: Lang) -> String {
        let site = self.site;
        lang.pick(format!("撤站 {site}"), format!("site {site} closed"))
    }
}
