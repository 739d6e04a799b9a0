//! 物资类别: a kind of goods and the unit it is counted in.

use super::{Act, Both, GoodsRefusal, Id, Kind, Lang, Refusal, Role, record};
use crate::domain::text::Text;

/// The most categories a ledger may ever have.
pub const MAX_CATEGORIES: usize = 50;

record! {
    /// What the books know of a category.
    pub struct Class {
        /// What it is called in Chinese.
        zh: Text = "zh",
        /// What it is called in English.
        en: Text = "en",
        /// The unit it is counted in.
        unit: Text = "unit",
        /// Whether it is disinfected before it is issued.
        wash: bool = "wash",
        /// The entry that made it.
        entry: u64 = "entry",
    }
}

impl Class {
    /// What it is called.
    pub fn name(&self, lang: Lang) -> &str {
        lang.pick(&self.zh, &self.en).as_str()
    }
}

record! {
    /// Makes a category of goods.
    pub struct Category {
        /// Its handle.
        category: Id = "category",
        /// What it is called in Chinese.
        zh: Text = "zh",
        /// What it is called in English.
        en: Text = "en",
        /// The unit it is counted in: 件, 本, 台.
        unit: Text = "unit",
        /// Whether it is disinfected before it is issued.
        wash: bool = "wash",
    }
}

impl Kind for Category {
    const NAME: Both = Both("物资类别", "category of goods");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Steward])?;
        let category = self.category;
        if act.books.goods.categories.get(&category).is_some() {
            return Err(GoodsRefusal::CategoryExists { category }.into());
        }
        if act.books.goods.categories.len() >= MAX_CATEGORIES {
            let what = Both("物资类别", "categories of goods");
            return Err(Refusal::TooMany { what, max: MAX_CATEGORIES });
        }
        let (zh, en, unit) = (self.zh.clone(), self.en.clone(), self.unit.clone());
        let class = Class { zh, en, unit, wash: self.wash, entry: act.place.entry };
        act.books.goods.categories.set(category, class);
        Ok(())
    }

    fn tell(&self, lang: Lang) -> String {
        let (category, name, unit) = (self.category, lang.pick(&self.zh, &self.en), &self.unit);
        let wash = if self.wash { lang.pick("，须消毒", ", to be disinfected") } else { "" };
        lang.pick(
            format!("物资类别 {category}（{name}，单位{unit}{wash}）"),
            format!("category {category} ({name}, counted in {unit}{wash})"),
        )
    }
}
