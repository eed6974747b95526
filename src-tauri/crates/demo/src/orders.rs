//! The orders that the demo's customers place: who, what, how much, where to.

use rand::{Rng, rngs::StdRng, seq::IndexedRandom};
use serde_json::{Value, json};

/// How many of the newest customers come back.
const RETURNING_CUSTOMERS: u64 = 500;
const FIRST_ORDER_SHARE: f64 = 0.3;

/// Stock number, name, price in cents.
const PRODUCTS: [(&str, &str, u32); 12] = [
    ("BK-1042", "Field notes, dotted", 1_290),
    ("CF-2210", "Espresso beans 1 kg", 2_450),
    ("CF-2214", "Filter papers, 100", 590),
    ("EL-7731", "USB-C hub, 7 ports", 5_990),
    ("EL-7802", "Wireless mouse", 3_499),
    ("HM-3307", "Desk lamp, brass", 8_900),
    ("HM-3391", "Wool blanket", 11_900),
    ("KT-5105", "Chef's knife 20 cm", 9_450),
    ("KT-5118", "Cutting board, oak", 4_200),
    ("SP-6620", "Running belt", 2_990),
    ("SP-6644", "Yoga mat", 3_900),
    ("TY-8801", "Wooden train set", 6_750),
];

/// Street, city, postal code, country.
const ADDRESSES: [(&str, &str, &str, &str); 10] = [
    ("Rua das Flores 112", "Porto", "4050-265", "PT"),
    ("Kastanienallee 40", "Berlin", "10119", "DE"),
    ("Calle de Atocha 8", "Madrid", "28012", "ES"),
    ("Via Garibaldi 23", "Torino", "10122", "IT"),
    ("Rue Oberkampf 77", "Paris", "75011", "FR"),
    ("Nørrebrogade 14", "København", "2200", "DK"),
    ("Ulica Długa 5", "Kraków", "31-147", "PL"),
    ("Ferdinand Bolstraat 9", "Amsterdam", "1072 LA", "NL"),
    ("14 Marlborough Road", "Dublin", "D04 X2P5", "IE"),
    ("Södermannagatan 31", "Stockholm", "116 40", "SE"),
];

const GIVEN_NAMES: [&str; 10] = [
    "ana", "bruno", "carla", "dmitri", "elif", "femi", "greta", "hana", "ivo", "jonas",
];

#[derive(Clone, Debug)]
pub(crate) struct Order {
    pub id: String,
    pub user_id: String,
    pub email: String,
    /// The customer's first order follows a registration.
    pub is_first: bool,
    pub items: Vec<Item>,
    pub total: f64,
    pub address: Value,
}

#[derive(Clone, Debug)]
pub(crate) struct Item {
    sku: &'static str,
    name: &'static str,
    quantity: u32,
    cents: u32,
}

impl Order {
    /// The items with names and prices.
    pub fn priced_items(&self) -> Value {
        let item = |item: &Item| json!({ "sku": item.sku, "name": item.name, "quantity": item.quantity, "unitPrice": euros(item.cents) });
        self.items.iter().map(item).collect()
    }

    /// The items as a warehouse knows them.
    pub fn counted_items(&self) -> Value {
        self.items
            .iter()
            .map(|item| json!({ "sku": item.sku, "quantity": item.quantity }))
            .collect()
    }

    pub fn first_sku(&self) -> &'static str {
        self.items.first().map_or("", |item| item.sku)
    }
}

/// Numbers orders and customers.
#[derive(Debug, Default)]
pub(crate) struct Shop {
    orders: u64,
    customers: u64,
}

impl Shop {
    pub fn order(&mut self, rng: &mut StdRng) -> Order {
        self.orders += 1;
        let is_first = self.customers == 0 || rng.random_bool(FIRST_ORDER_SHARE);
        let customer = if is_first {
            self.customers += 1;
            self.customers
        } else {
            rng.random_range(
                self.customers.saturating_sub(RETURNING_CUSTOMERS) + 1..=self.customers,
            )
        };
        let items = items(rng);
        let cents: u32 = items.iter().map(|item| item.quantity * item.cents).sum();
        let (street, city, postal_code, country) = ADDRESSES[rng.random_range(0..ADDRESSES.len())];
        let name = GIVEN_NAMES[customer as usize % GIVEN_NAMES.len()];
        Order {
            id: format!("ord-{:06}", self.orders),
            user_id: format!("usr-{customer:05}"),
            email: format!("{name}.{customer}@example.com"),
            is_first,
            items,
            total: euros(cents),
            address: json!({ "street": street, "city": city, "postalCode": postal_code, "country": country }),
        }
    }
}

fn items(rng: &mut StdRng) -> Vec<Item> {
    let count = [1, 1, 1, 2, 2, 3][rng.random_range(0..6)];
    let products: Vec<_> = PRODUCTS.choose_multiple(rng, count).copied().collect();
    products
        .into_iter()
        .map(|(sku, name, cents)| Item {
            sku,
            name,
            quantity: [1, 1, 1, 2, 3][rng.random_range(0..5)],
            cents,
        })
        .collect()
}

fn euros(cents: u32) -> f64 {
    f64::from(cents) / 100.0
}
