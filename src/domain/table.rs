//! A map that can take back what a refused voucher changed.

use std::collections::BTreeMap;
use std::ops::RangeBounds;

/// What can take back what a refused voucher changed.
pub(crate) trait Undo {
    /// Keeps the changes since the last commit.
    fn commit(&mut self);
    /// Takes back the changes since the last commit, the latest first.
    fn roll_back(&mut self);
}

/// Declares tables that belong together, and with that how they are kept in a snapshot and how what
/// a refused voucher changed in them is taken back.
#[macro_export]
macro_rules! tables {
    ($(#[$doc:meta])* pub struct $name:ident {
        $($(#[$fdoc:meta])* $field:ident: Table<$key:ty, $row:ty> = $word:literal,)+
    }) => {
        $crate::record! {
            $(#[$doc])*
            #[derive(Default)]
            pub struct $name {
                $($(#[$fdoc])* $field: $crate::domain::table::Table<$key, $row> = $word,)+
            }
        }

        impl $crate::domain::table::Undo for $name {
            fn commit(&mut self) {
                $($crate::domain::table::Undo::commit(&mut self.$field);)+
            }

            fn roll_back(&mut self) {
                $($crate::domain::table::Undo::roll_back(&mut self.$field);)+
            }
        }
    };
}

/// A sorted map with an undo list: changes stand only once they are committed.
#[derive(Clone, Debug)]
pub struct Table<K, V> {
    rows: BTreeMap<K, V>,
    undo: Vec<(K, Option<V>)>,
}

impl<K: Ord + Clone, V: Clone> Table<K, V> {
    /// An empty table.
    pub fn new() -> Self {
        Table { rows: BTreeMap::new(), undo: Vec::new() }
    }

    /// The row under `key`.
    pub fn get(&self, key: &K) -> Option<&V> {
        self.rows.get(key)
    }

    /// Puts `value` under `key`.
    pub fn set(&mut self, key: K, value: V) {
        let old = self.rows.insert(key.clone(), value);
        self.undo.push((key, old));
    }

    /// Takes the row under `key` away.
    pub fn remove(&mut self, key: &K) {
        if let Some(old) = self.rows.remove(key) {
            self.undo.push((key.clone(), Some(old)));
        }
    }

    /// All rows, in the order of their keys.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&K, &V)> {
        self.rows.iter()
    }

    /// The rows whose keys are in `keys`, in their order.
    pub fn range(&self, keys: impl RangeBounds<K>) -> impl DoubleEndedIterator<Item = (&K, &V)> {
        self.rows.range(keys)
    }

    /// The greatest key.
    pub fn last_key(&self) -> Option<&K> {
        self.rows.last_key_value().map(|(key, _)| key)
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

impl<K: Ord + Clone, V: Clone> Undo for Table<K, V> {
    fn commit(&mut self) {
        self.undo.clear();
    }

    fn roll_back(&mut self) {
        while let Some((key, old)) = self.undo.pop() {
            match old {
                Some(value) => self.rows.insert(key, value),
                None => self.rows.remove(&key),
            };
        }
    }
}

impl<K: Ord + Clone, V: Clone> Default for Table<K, V> {
    fn default() -> Self {
        Table::new()
    }
}

/// Two tables are equal when their rows are.
impl<K: Ord, V: PartialEq> PartialEq for Table<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.rows == other.rows
    }
}

impl<K: Ord, V: Eq> Eq for Table<K, V> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_change_leaves_no_trace() {
        let mut table = Table::new();
        table.set(1, 'a');
        table.commit();
        let before = table.clone();
        table.set(1, 'b');
        table.set(2, 'c');
        table.set(2, 'd');
        table.remove(&1);
        table.roll_back();
        assert!(table == before);
    }
}
