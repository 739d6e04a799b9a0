//! What nobody planned, with money that is not for everything: pots, grants, expenses, sponsors.

use super::whims::Dice;
use super::{Town, id};
use yishan::domain::codec::read_all;
use yishan::domain::line::Line;
use yishan::domain::text::Place;

impl Town {
    /// A line about money for one purpose, `of` being any line: `ways` are the account it arrives
    /// in and the one it leaves.
    pub(super) fn any_purse(&self, dice: &mut Dice, of: Place, ways: [&str; 2]) -> Line {
        let [to, from] = ways.map(id);
        let (paid, reference) = (self.paid(), self.reference(9));
        let (n, fen, day) = (dice.below(2), 1 + dice.below(60), self.paid().day());
        let pot = ["books", "county"][usize::try_from(n).unwrap()];
        let came = format!(r#""fen":{fen},"to":"{to}","paid":"{paid}","ref":"{reference}""#);
        let left = format!(r#""from":"{from}","paid":"{paid}","ref":"{reference}""#);
        let line = match dice.below(14) {
            0 => r#"{"pot":{"pot":"books","for":"<b>书&","source":"raised"}}"#.to_owned(),
            1 => format!(
                r#"{{"pot":{{"pot":"county","for":"rent","source":"fiscal","year":{}}}}}"#,
                &day.to_string()[..4]
            ),
            2 => format!(r#"{{"gift":{{{came},"for":"{pot}"}}}}"#),
            3 | 4 => format!(r#"{{"grant":{{{came},"for":"{pot}"}}}}"#),
            5 => format!(r#"{{"match":{{{came}}}}}"#),
            6 | 7 => format!(
                r#"{{"expense":{{"class":"programme","fen":{fen},"for":"<b>costs","from":"{pot}"}}}}"#
            ),
            8 => format!(
                r#"{{"rededicate":{{"from":"books","fen":{fen},"why":"changed","filing":"A-2"}}}}"#
            ),
            9 => format!(
                r#"{{"pair":{{"pair":"p-{n}","sponsor":"d-{n}","kind":"person","student":"s-1","fen":100,"from":"{day}","until":"2027-05-31"}}}}"#
            ),
            10 | 11 => format!(r#"{{"entrust":{{"pair":"p-{n}",{came}}}}}"#),
            12 => format!(r#"{{"pass":{{"pair":"p-{n}","fen":{fen},"way":"student",{left}}}}}"#),
            _ => format!(r#"{{"pay":{{"of":"{of}","fen":{fen},{left}}}}}"#),
        };
        read_all(line.as_bytes(), line.len()).unwrap()
    }
}
