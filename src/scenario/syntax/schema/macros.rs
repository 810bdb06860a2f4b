//! How tables are declared. A declaration is the only place that states a table: its keys with their types, defaults and
//! descriptions, and its name in messages. It becomes a type that schemars describes, and a [`Kind`](super::kind::Kind) that
//! readers go by.
//!
//! ```text
//! declare! {
//!     KINDS:
//!
//!     /// What it is, in the JSON Schema.
//!     table Reserve, "a reserve", later [boot], exclusive [[slots], [share]] {
//!         /// What the key means. Its default is added, or stands where the text says `{default}`.
//!         slots: Option<Count> = 4,
//!     }
//! }
//! ```
//!
//! A `table` has keys; a `choice` is a table with exactly one of several tags; a `form` has keys and writes its schema itself. Keys of
//! type `OrNone` can be switched off. `later` keys are those of later versions; of `exclusive` sets, stating one drops the others.

/// Declares tables, and the list of their kinds under the name that stands first.
macro_rules! declare {
    ($kinds:ident: $($(#[$doc:meta])* $form:ident $name:ident, $what:literal $(, $word:ident $list:tt)* { $($body:tt)* })*) => {
        $($form! { $(#[$doc])* $name { $($body)* } $what $(, $word $list)* })*

        /// What is declared here, in order.
        pub(super) const $kinds: &[&super::kind::Kind] =
            &[$(&<$name as super::kind::Declared>::KIND),*];
    };
}

/// Declares a table; its fields are never read, only their names, types and docs.
macro_rules! table {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $key:ident: $type:ty $(= $default:tt)?,)* } $($kind:tt)*) => {
        $(#[$doc])*
        #[derive(JsonSchema)]
        #[schemars(deny_unknown_fields)]
        #[expect(dead_code, reason = "only described, never made")]
        pub(in crate::scenario) struct $name { $($(#[$field_doc])* $key: $type,)* }

        kind! { $name [$({ $key $(= $default)?, <$type as super::kind::Switch>::HAS_OFF })*] $($kind)* }
    };
}

/// Declares a choice of exactly one key.
macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $($(#[$tag_doc:meta])* $tag:ident($type:ty),)* } $($kind:tt)*) => {
        $(#[$doc])*
        #[derive(JsonSchema)]
        #[expect(dead_code, reason = "only described, never made")]
        #[expect(non_camel_case_types, reason = "tags are named as they are written")]
        #[allow(clippy::large_enum_variant, reason = "only described, never made")]
        pub(in crate::scenario) enum $name { $($(#[$tag_doc])* $tag($type),)* }

        kind! { $name [$({ $tag, false })*] $($kind)* }
    };
}

/// Declares a table whose schema no type says.
macro_rules! form {
    ($name:ident { $($key:ident $(= $default:tt)?),*; $generator:ident => $schema:expr } $($kind:tt)*) => {
        described!($name, $generator, $schema);

        kind! { $name [$({ $key $(= $default)?, false })*] $($kind)* }
    };
}

/// What readers go by.
macro_rules! kind {
    (
        $name:ident [$({ $key:ident $(= $default:tt)?, $off:expr })*] $what:literal
        $(, later [$($later:ident),*])? $(, exclusive [$([$($exclusive:ident),*]),*])?
    ) => {
        impl super::kind::Switch for $name {}

        impl super::kind::Declared for $name {
            const KIND: super::kind::Kind = super::kind::Kind {
                name: stringify!($name),
                what: $what,
                keys: &[$(super::kind::Key::new(stringify!($key), &[$(stringify!($default))?], $off)),*],
                later: &[$($(stringify!($later)),*)?],
                exclusive: &[$($(&[$(stringify!($exclusive)),*]),*)?],
            };
        }
    };
}

/// A text that is one of the patterns of a quantity.
macro_rules! quantity {
    ($(#[$doc:meta])* $name:ident, $pattern:expr, $description:literal) => {
        described!($name, _generator, json_schema!({ "type": "string", "pattern": $pattern, "description": $description }));

        impl super::kind::Switch for $name {}
    };
}

/// A value of several forms.
macro_rules! forms {
    ($name:ident, $generator:ident, $schema:expr) => {
        described!($name, $generator, $schema);

        impl super::kind::Switch for $name {}
    };
}

/// A type that writes its schema itself.
macro_rules! described {
    ($name:ident, $generator:ident, $schema:expr) => {
        pub(in crate::scenario) struct $name;

        impl JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema($generator: &mut schemars::SchemaGenerator) -> Schema {
                $schema
            }
        }
    };
}
