using System.Net;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using NodeAgent.Plugins.LinstorBackend.Controller.Seen;
using NodeAgent.Plugins.LinstorBackend.Controller.Wire;

namespace NodeAgent.Tests.Plugins.Linstor.Controller;

/// <summary>Whatever comes, a reader gives a value or a fault with a place, and never throws.</summary>
[TestClass]
public sealed class JsonReadersTests
{
    private static readonly string[] Words = ["name", "node_name", "type", "flags", "props", "volumes", "state", "disk_state", "in_use", "ret_code", "message", "obj_refs", "nodes", "size", "snapshots",
        "create_timestamp", "volume_definitions", "volume_number", "size_kib", "storage_pool_name", "provider_kind", "free_capacity", "reports", "effective_props", "value", "select_filter", "uuid", "device"];

    private static readonly Func<JsonLook, object>[] Readers =
    [
        SeenNode.Read, SeenPool.Read, look => SeenDevice.ReadGroup(look).ToList(), SeenGroup.Read, SeenDefinition.Read, SeenResource.Read, SeenSnapshot.Read, CallResult.Read,
    ];

    [TestMethod]
    public void Readers_throw_at_nothing_that_is_JSON() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(3000), Prop.ForAll(Arb.From(Json(4)), json =>
    {
        using var document = JsonDocument.Parse(json);
        foreach (var read in Readers)
        {
            List<string> notes = [];
            foreach (var item in new JsonLook(document.RootElement, "answer", notes).Items())
            {
                _ = read(item);
            }

            Assert.IsLessThanOrEqualTo(8, notes.Count);
            Assert.IsTrue(notes.TrueForAll(note => note.StartsWith("answer", StringComparison.Ordinal)), string.Join('|', notes));
        }

        _ = CallResults.Done(new Reply(HttpStatusCode.InternalServerError, document.RootElement, new Uri("http://c")), "x").Fault!.ToString();
        return true;
    }));

    [TestMethod]
    [DataRow("{\"name\":\"a\",\"name\":\"b\",\"type\":\"t\",\"props\":{\"a\":\"1\",\"a\":\"2\"}}")]
    [DataRow("{\"name\":\"a\",\"type\":\"t\",\"props\":{\"\\ud800\":\"1\"}}")]
    public void Names_that_come_twice_or_are_no_text_are_noted(string json)
    {
        using var document = JsonDocument.Parse(json);
        List<string> notes = [];

        _ = SeenGroup.Read(new JsonLook(document.RootElement, "answer", notes));

        Assert.IsNotEmpty(notes);
    }

    [TestMethod]
    public void A_timestamp_beyond_all_times_is_none()
    {
        using var document = JsonDocument.Parse("""{"name":"s","snapshots":[{"create_timestamp":9223372036854775807}]}""");
        List<string> notes = [];

        Assert.IsNull(SeenSnapshot.Read(new JsonLook(document.RootElement, "answer", notes)).TakenAt);
    }

    private static Gen<string> Json(int depth)
    {
        var leaf = Gen.Elements("null", "true", "0", "-1", "7", "1.5", "1e400", "99999999999999999999", "9223372036854775807", "-4611686018407202610", "\"\"", "\"n1\"", "\"\\ud800\"", "\"UpToDate\"", "\"ä\"");
        if (depth == 0)
        {
            return leaf;
        }

        var below = Json(depth - 1);
        var list = below.ListOf().Select(items => $"[{string.Join(',', items.Take(4))}]");
        var field = from word in Gen.Elements(Words) from value in below select $"\"{word}\":{value}";
        var map = field.ListOf().Select(fields => "{" + string.Join(',', fields.Take(8)) + "}");
        return Gen.OneOf(list, map, leaf, map);
    }
}
