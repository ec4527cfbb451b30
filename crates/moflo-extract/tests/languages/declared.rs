//! What is described rather than done: builds, schemas, queries, contracts.

use crate::check;

#[test]
fn cmake() {
    check(
        "a.cmake",
        r#"include(Foo)
find_package(Boost)
function(my_func a b)
  set(x 1)
endfunction()
macro(my_macro)
endmacro()
set(TOP 1)
add_executable(app main.c)
add_library(lib::x STATIC a.c)
add_test(NAME t COMMAND x)
option(OPT "desc" ON)
add_custom_target(docs)
"#,
        r"
cmake code
function my_func 3-5
macro my_macro 6-7
variable TOP 8-8
target app 9-9
target lib::x 10-10
variable OPT 12-12
target docs 13-13
import Foo
import Boost
test t 11-11
",
    );
}

#[test]
fn make() {
    check(
        "a.mk",
        r"include x.mk
VAR := 1
.PHONY: all
# Builds.
all: a b
	echo
define macro
 x
endef
$(OBJ): %.o : %.c
	cc
",
        r"
make code
variable VAR 2-2
target all 5-6 # Builds.
macro macro 7-9
target $(OBJ) 10-11
import x.mk
",
    );
}

#[test]
fn graphql() {
    check(
        "a.graphql",
        r"type Q implements N { a(x: Int): String! }
input I { a: Int }
enum E { A B }
interface N { id: ID }
union U = A | B
scalar D
directive @d on FIELD
extend type Q { z: Int }
query GetX($a: Int) { q { a } }
fragment F on Q { a }
",
        r"
graphql code
class Q 1-1
property Q / a 1-1
class I 2-2
enum E 3-3
variant E / A 3-3
variant E / B 3-3
interface N 4-4
property N / id 4-4
union U 5-5
type D 6-6
macro d 7-7
class Q 8-8
property Q / z 8-8
function GetX 9-9
function F 10-10
",
    );
}

#[test]
fn hcl() {
    check(
        "a.tf",
        r#"terraform { required_version = ">1" }
variable "region" { type = string }
resource "aws_s3_bucket" "b" { bucket = "x" }
module "vpc" { source = "./vpc" }
data "aws_ami" "ami" {}
output "o" { value = 1 }
locals { a = 1
 b = 2 }
provider "aws" { region = "x" }
"#,
        r"
hcl code
resource terraform 1-1
variable var / region 2-2
resource aws_s3_bucket / b 3-3
module module / vpc 4-4
resource data.aws_ami / ami 5-5
resource output / o 6-6
variable local / a 7-7
variable local / b 8-8
resource provider / aws 9-9
import ./vpc
",
    );
}

#[test]
fn proto() {
    check(
        "a.proto",
        r#"syntax = "proto3";
package a.b;
import "x/y.proto";
message M { string a = 1; enum E { A = 0; } message N {} oneof o { int32 x = 2; } }
service S { rpc Get (M) returns (M); }
enum Top { T = 0; }
"#,
        r"
proto code
struct M 4-4
enum M / E 4-4
variant M.E / A 4-4
struct M / N 4-4
interface S 5-5
method S / Get 5-5
enum Top 6-6
variant Top / T 6-6
import x/y.proto
",
    );
}

#[test]
fn solidity() {
    check(
        "a.sol",
        r#"import "./X.sol"; import {A} from "b";
contract C is B { uint public x; event E(uint a); error Er(); modifier m() { _; } struct S { uint a; } enum En { A } constructor() {} function f(uint a) public returns (uint) {} receive() external payable {} uint constant K = 1; mapping(uint => uint) mp; }
interface I { function g() external; }
library L { }
function free() pure {}
"#,
        r"
solidity code
class C 2-2
property C / x 2-2
type C / E 2-2
type C / Er 2-2
macro C / m 2-2
struct C / S 2-2
enum C / En 2-2
variant C.En / A 2-2
method C / constructor 2-2
method C / f 2-2
method C / receive 2-2
property C / K 2-2
property C / mp 2-2
interface I 3-3
method I / g 3-3
class L 4-4
function free 5-5
import ./X.sol
import b {A}
",
    );
}

#[test]
fn sql() {
    check(
        "a.sql",
        r"CREATE TABLE IF NOT EXISTS app.users (id INT PRIMARY KEY, name TEXT);
CREATE VIEW v AS SELECT 1;
CREATE OR REPLACE FUNCTION f(a int) RETURNS int AS $$ BEGIN RETURN 1; END; $$ LANGUAGE plpgsql;
CREATE INDEX idx ON users (id);
CREATE TYPE mood AS ENUM ('a');
CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();
CREATE MATERIALIZED VIEW mv AS SELECT 1;
CREATE SCHEMA s;
CREATE PROCEDURE p() LANGUAGE SQL AS $$ SELECT 1 $$;
CREATE SEQUENCE seq;
",
        r"
sql code
table users 1-1
table v 2-2
function f 3-3
table idx 4-4
type mood 5-5
function tr 6-6
table mv 7-7
module s 8-8
table seq 10-10
",
    );
}
