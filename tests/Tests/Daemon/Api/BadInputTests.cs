using System.Text.Json;

namespace NodeAgent.Tests.Daemon.Api;

/// <summary>A real agent is sent nonsense on every route: always a fault that can be read, never a bug.</summary>
[TestClass]
public sealed class BadInputTests
{
    private const int Bodies = 500;

    public static IEnumerable<object[]> Routes =>
    [
        ["v1/volumes", """{"backend":null,"unit":"x1","volume":"data","kind":"block","bytes":4096,"profile":"","properties":{"a":"b"},"copies":["n2"],"intervalSeconds":60}"""],
        ["v1/volumes/expand", """{"unit":"db","volume":"data","bytes":4096}"""],
        ["v1/volumes/delete", """{"unit":"nosuch","volume":"data"}"""],
        ["v1/replication/set", """{"unit":"db","copies":["n2"],"intervalSeconds":60,"keepSource":2,"keepCopies":4,"isPaused":false}"""],
        ["v1/replication/rebuild", """{"unit":"db","peer":"n2"}"""],
        ["v1/replication/run", """{"unit":"db"}"""],
        ["v1/snapshots", """{"unit":"db","name":"one"}"""],
        ["v1/snapshots/delete", """{"unit":"db","name":"one"}"""],
        ["v1/snapshots/hold", """{"unit":"db","name":"one","tag":"me"}"""],
        ["v1/snapshots/release", """{"unit":"db","name":"one","tag":"me"}"""],
        ["v1/snapshots/plan-rollback", """{"unit":"db","name":"one"}"""],
        ["v1/snapshots/rollback", """{"unit":"db","name":"one","fingerprint":"x"}"""],
        ["v1/snapshots/clone", """{"unit":"db","name":"one","newUnit":"Bad Name"}"""],
        ["v1/cluster/token", """{"lifetimeSeconds":60}"""],
        ["v1/cluster/join", """{"token":"na1-nonsense","through":"127.0.0.1:1"}"""],
        ["v1/cluster/remove", """{"node":"n9"}"""],
        ["v1/plugins/release", """{"name":"directory"}"""],
    ];

    [TestMethod]
    [DynamicData(nameof(Routes))]
    public async Task Mutated_bodies_get_faults(string path, string right)
    {
        await using var agent = await AgentUnderTest.StartAsync();
        Assert.AreEqual(0, (await agent.RunAsync("volume", "create", "db", "--size", "64KiB")).Code);
        for (var seed = 0; seed < Bodies; seed++)
        {
            var body = BodyMutations.Make(right, seed);
            var (code, text) = await agent.SendAsync("POST", path, body);
            var what = $"{path} seed {seed}: {System.Text.Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, 300)))} -> {code} {text}";
            Assert.IsTrue(code is 200 or (>= 400 and < 500), what);
            using var json = JsonDocument.Parse(text);
            if (code != 200)
            {
                Assert.IsGreaterThan(0, json.RootElement.GetProperty("what").GetString()!.Length, what);
                Assert.AreNotEqual("internal", json.RootElement.GetProperty("code").GetString(), what);
                Assert.IsFalse(text.Contains("   at ", StringComparison.Ordinal), what);
            }
        }

        Assert.AreEqual(200, (await agent.SendAsync("GET", "v1/status", [])).Code);
    }

    [TestMethod]
    public async Task What_may_be_null_may_be_left_out_and_nothing_else()
    {
        await using var agent = await AgentUnderTest.StartAsync();
        var (code, text) = await agent.SendAsync("POST", "v1/volumes", """{"unit":"x1","volume":"data","bytes":65536,"profile":"","properties":{}}"""u8.ToArray());
        Assert.AreEqual(200, code, text);
        Assert.Contains("dir:x1", text);
        (code, text) = await agent.SendAsync("POST", "v1/replication/set", """{"unit":"x1"}"""u8.ToArray());
        Assert.AreEqual(200, code, text);
        (code, text) = await agent.SendAsync("POST", "v1/volumes", """{"unit":"x2","volume":"data","profile":"","properties":{}}"""u8.ToArray());
        Assert.AreEqual(400, code, text);
        Assert.Contains("bytes", text);
    }

    [TestMethod]
    [DataRow("GET", "v1/nosuch", 404)]
    [DataRow("GET", "", 404)]
    [DataRow("GET", "v1/volumes", 404)]
    [DataRow("DELETE", "v1/status", 404)]
    [DataRow("PUT", "v1/volumes", 404)]
    [DataRow("GET", "v1/snapshots", 404)]
    [DataRow("GET", "v1/snapshots?unit=%00", 404)]
    [DataRow("GET", "v1/snapshots?unit=..%2F..", 404)]
    [DataRow("POST", "v1/volumes/../../etc", 404)]
    public async Task What_is_not_there_is_a_fault(string method, string path, int expected)
    {
        await using var agent = await AgentUnderTest.StartAsync();
        var (code, text) = await agent.SendAsync(method, path, []);
        Assert.AreEqual(expected, code, text);
        using var json = JsonDocument.Parse(text);
        Assert.AreEqual("notFound", json.RootElement.GetProperty("code").GetString());
    }

    [TestMethod]
    public async Task A_message_that_is_too_long_is_refused()
    {
        await using var agent = await AgentUnderTest.StartAsync();
        var (code, text) = await agent.SendAsync("POST", "v1/plugins/release", new byte[400_000]);
        Assert.AreEqual(400, code);
        StringAssert.Contains(text, "longer than");
    }

    [TestMethod]
    public async Task A_missing_field_is_named()
    {
        await using var agent = await AgentUnderTest.StartAsync();
        var (code, text) = await agent.PostAsync("v1/volumes/expand", """{"unit":"db","volume":"data"}""");
        Assert.AreEqual(400, code);
        StringAssert.Contains(text, "bytes");
    }
}
