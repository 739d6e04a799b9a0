//! Invented people: donors' nicknames, students' names, the shops where a treasurer buys noodles.

use crate::domain::line::student::Level;

/// How many people give.
pub(super) const DONORS: usize = 600;

/// Students by school level, as in the fund's first month.
pub(super) const STUDENTS: [(Level, usize); 4] =
    [(Level::Primary, 97), (Level::Junior, 34), (Level::Senior, 23), (Level::College, 17)];

/// Shops on the treasurer's own bill.
pub(super) const SHOPS: [&str; 6] =
    ["老街包子铺", "便民粮油店", "洮儿河书店", "城南加油站", "惠民大药房", "车站小面馆"];

const OF: [&str; 20] = [
    "清晨", "河边", "南山", "雨后", "北街", "秋天", "窗外", "麦田", "小院", "远方", "老屋", "灯下",
    "山谷", "雪夜", "桥头", "春风", "巷口", "林间", "渡口", "屋檐",
];

const WHAT: [&str; 30] = [
    "向日葵",
    "小麻雀",
    "老茶壶",
    "白桦树",
    "蒲公英",
    "石板路",
    "风铃草",
    "萤火虫",
    "竹蜻蜓",
    "油纸伞",
    "小木船",
    "芦苇荡",
    "红灯笼",
    "旧单车",
    "山楂树",
    "棉花糖",
    "布老虎",
    "青石桥",
    "羊角辫",
    "糖葫芦",
    "蓝印花",
    "杨柳枝",
    "稻草人",
    "小石磨",
    "喇叭花",
    "黑陶罐",
    "银杏叶",
    "酸枣仁",
    "打谷场",
    "纸风筝",
];

/// What some people put behind their name: characters beyond the first plane, and a rare surname.
const RARE: [&str; 5] = ["😀", "𠮷", "䶮", "👨‍👩‍👧", "🌾"];

/// The nickname of donor `number`.
pub(super) fn nickname(number: usize) -> String {
    let of = OF.get(number % OF.len()).copied().unwrap_or_default();
    let what = WHAT.get(number / OF.len() % WHAT.len()).copied().unwrap_or_default();
    let rare = RARE.get(number / 23 % RARE.len()).filter(|_| number.is_multiple_of(23));
    format!("{of}的{what}{}", rare.copied().unwrap_or_default())
}

/// The name of student `number`, which nobody outside the vault may see.
pub(super) fn student(number: usize) -> String {
    const SURNAMES: [&str; 19] = [
        "丁", "卜", "于", "万", "马", "王", "韦", "毛", "方", "尹", "孔", "石", "卢", "叶", "田",
        "史", "冯", "台", "邢",
    ];
    const GIVEN: [&str; 9] =
        ["禾穗", "星野", "小满", "知秋", "雨桐", "春晓", "明远", "若兰", "子衿"];
    let surname = SURNAMES.get(number % SURNAMES.len()).copied().unwrap_or_default();
    let given = GIVEN.get(number / SURNAMES.len() % GIVEN.len()).copied().unwrap_or_default();
    format!("{surname}{given}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_two_people_share_a_name() {
        let donors: HashSet<_> = (0..DONORS).map(nickname).collect();
        assert_eq!(donors.len(), DONORS);
        let count = STUDENTS.iter().map(|(_, n)| n).sum();
        let students: HashSet<_> = (0..count).map(student).collect();
        assert_eq!((students.len(), count), (171, 171));
    }
}
