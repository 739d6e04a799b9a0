//! What the town does: days that hold every kind of line a page shows.

use super::{Town, amount, id, place, text};
use yishan::domain::codec::Rare;
use yishan::domain::line::Line;
use yishan::domain::line::acknowledge::{Acknowledge, Way};
use yishan::domain::line::allocate::Allocate;
use yishan::domain::line::approve::Approve;
use yishan::domain::line::document::{Document, Paper};
use yishan::domain::line::fee::Fee;
use yishan::domain::line::funds::expense::{Class, Expense};
use yishan::domain::line::gift::Gift;
use yishan::domain::line::interest::Interest;
use yishan::domain::line::pay::Pay;
use yishan::domain::line::refund::Refund;
use yishan::domain::line::reverse::Reverse;
use yishan::domain::line::student::admit::Admit;
use yishan::domain::line::student::nominate::Nominate;
use yishan::domain::line::student::visit::{Finding, Visit};
use yishan::domain::line::student::{Level, Source};
use yishan::domain::line::transfer::Transfer;
use yishan::domain::text::{Digest, Place};

impl Town {
    /// What the town does, one entry a step: every kind of line that a page shows. Each step ends
    /// with a whole fund that could be published.
    pub(crate) fn steps() -> Vec<fn(&mut Town)> {
        [Town::first_days(), Town::giving(), Town::mistakes()].concat()
    }

    /// Gifts, and two students found and admitted.
    fn first_days() -> Vec<fn(&mut Town)> {
        vec![
            |town| {
                town.gifts(3);
            },
            |town| {
                town.gifts(1);
            },
            |town| {
                town.close();
            },
            |town| {
                town.write("chen", vec![Town::nominate("s-1"), Town::nominate("s-2")]);
            },
            |town| {
                let on = town.now().wall.day();
                let visit = |student| Visit { student: id(student), on, finding: Finding::Fit };
                town.write("zhao", ["s-1", "s-2"].map(|s| Line::Visit(visit(s))).to_vec());
            },
            |town| {
                let admit =
                    |student| Line::Admit(Admit { student: id(student), clear: Rare(false) });
                town.write("li", ["s-1", "s-2"].map(admit).to_vec());
            },
            |town| {
                let purpose = text("school meals");
                let (student, fen) = (id("s-1"), amount(150));
                let first = Line::Allocate(Allocate {
                    student,
                    fen,
                    purpose: purpose.clone(),
                    pot: None,
                    within: None,
                });
                let (student, fen) = (id("s-2"), amount(99));
                town.write(
                    "chen",
                    vec![
                        first,
                        Line::Allocate(Allocate { student, fen, purpose, pot: None, within: None }),
                    ],
                );
            },
            |town| {
                town.close();
            },
        ]
    }

    /// Money promised, paid and acknowledged, and once sent twice.
    fn giving() -> Vec<fn(&mut Town)> {
        vec![
            |town| {
                let approve = |of| Line::Approve(Approve { of: place(of), clear: Rare(false) });
                town.write("li", ["8/0", "8/1"].map(approve).to_vec());
            },
            |town| {
                let (paid, reference) = (town.paid(), town.reference(0));
                let (fen, from, to) = (amount(200), id("wx"), id("bank"));
                town.write(
                    "wang",
                    vec![Line::Transfer(Transfer { fen, from, to, paid, reference })],
                );
            },
            |town| {
                town.pay("8/0", 100);
            },
            |town| {
                town.pay("8/0", 50);
            },
            |town| {
                town.close();
            },
            |town| {
                let (of, way, who, evidence) = (place("12/0"), Way::Signed, None, None);
                let line = Acknowledge { of, way, who, evidence };
                town.write("zhao", vec![Line::Acknowledge(line)]);
            },
            |town| {
                town.reverse("wang", "13/0", "sent twice");
            },
            |town| {
                town.close();
            },
        ]
    }

    /// Refunds and reversals, of refunds too, and what belongs to no donor.
    fn mistakes() -> Vec<fn(&mut Town)> {
        vec![
            |town| {
                let (of, from, paid) = (place("2/1"), id("wx"), town.paid());
                let refund = |fen, n| {
                    let (fen, reference) = (amount(fen), town.reference(n));
                    Line::Refund(Refund { of, fen, from, paid, reference })
                };
                let lines = vec![refund(40, 0), refund(20, 1)];
                town.write("chen", lines);
            },
            |town| {
                town.reverse("chen", "18/1", "wrong amount");
            },
            |town| {
                town.close();
            },
            |town| {
                town.reverse("chen", "3/0", "not for the fund");
            },
            |town| {
                town.reverse("li", "8/1", "left the town");
            },
            |town| {
                let (paid, from, to) = (town.paid(), id("bank"), id("bank"));
                let (fen, reference) = (amount(1), town.reference(0));
                let fee = Line::Fee(Fee { fen, from, paid, reference });
                let (fen, reference) = (amount(2), town.reference(1));
                town.write(
                    "chen",
                    vec![fee, Line::Interest(Interest { fen, to, paid, reference, pot: None })],
                );
            },
            |town| {
                let (sha256, kind) = (Digest([7; 32]), Paper::Bill);
                let (rows, excluded, of) = (Some(3), None, Some(place("2/0")));
                let bill = Document { sha256, kind, rows, excluded, of };
                town.write("zhao", vec![Line::Document(bill)]);
            },
            |town| {
                town.close();
            },
            |town| {
                town.reverse("chen", "18/0", "came back");
            },
            |town| {
                town.close();
            },
            |town| {
                town.gifts(2);
            },
        ]
    }

    /// A fund after all of [`Town::steps`].
    pub(crate) fn grown(name: &str) -> Town {
        let mut town = Town::founded(name);
        for step in Town::steps() {
            step(&mut town);
        }
        town
    }

    pub(crate) fn nominate(student: &str) -> Line {
        let (level, source) = (Level::Junior, Source::Community);
        Line::Nominate(Nominate { student: id(student), level, source })
    }

    fn pay(&mut self, of: &str, fen: u64) -> u64 {
        let (fen, from, paid, reference) =
            (amount(fen), id("bank"), self.paid(), self.reference(0));
        self.write("wang", vec![Line::Pay(Pay { of: place(of), fen, from, paid, reference })])
    }

    /// A gift into the bank account; where it stands.
    pub(crate) fn take(&mut self, fen: u64) -> Place {
        let (fen, to, paid) = (amount(fen), id("bank"), self.paid());
        let gift = Gift { fen, to, paid, reference: self.reference(0), pot: None };
        Place { entry: self.write("chen", vec![Line::Gift(gift)]), line: 0 }
    }

    /// An expense, approved and paid; where the payment stands.
    pub(crate) fn spend(&mut self, fen: u64) -> Place {
        let (class, purpose) = (Class::Programme, text("to another fund"));
        let (campaign, pot, fen_) = (None, None, amount(fen));
        let expense = Expense { class, fen: fen_, purpose, campaign, pot };
        let entry = self.write("chen", vec![Line::Expense(Box::new(expense))]);
        let of = Place { entry, line: 0 };
        self.write("li", vec![Line::Approve(Approve { of, clear: Rare(false) })]);
        Place { entry: self.pay(&of.to_string(), fen), line: 0 }
    }

    pub(crate) fn reverse(&mut self, who: &str, of: &str, why: &str) -> u64 {
        self.write(who, vec![Line::Reverse(Reverse { of: place(of), why: text(why) })])
    }
}
