using NodeAgent.Contract;
using NodeAgent.Daemon.Cli;

namespace NodeAgent.Tests.Daemon.Cli;

[TestClass]
public sealed class StoreVerbTests
{
    [TestMethod]
    public async Task The_store_is_shown_member_by_member()
    {
        await using var agent = await FakeAgent.StartAsync();
        var run = await agent.RunAsync("cluster", "store");
        Assert.AreEqual(ExitCode.Ok, run.Code, run.Error);
        StringAssert.Contains(run.Output, "The store (etcd) agrees.");
        StringAssert.Contains(run.Output, "leader");
        StringAssert.Contains(run.Output, "1.3 ms");
        StringAssert.Contains(run.Output, "cannot ask 10.0.0.2:7411");
        var json = await agent.RunAsync("cluster", "store", "-o", "json");
        StringAssert.Contains(json.Output, "\"latencyMs\": 1.25");
    }

    [TestMethod]
    public async Task A_member_is_added_and_gets_its_vote()
    {
        await using var agent = await FakeAgent.StartAsync();
        StringAssert.Contains((await agent.RunAsync("cluster", "store", "add", "w2=10.0.0.4", "--witness")).Error, "promote it");
        Assert.AreEqual(ExitCode.Ok, (await agent.RunAsync("cluster", "store", "promote", "w2")).Code);
        CollectionAssert.AreEqual(
            new[] { """{"text":"w2=10.0.0.4","isWitness":true}""", """{"node":"w2"}""" }, agent.Orders.Select(order => order.Body).ToArray());
    }

    [TestMethod]
    public async Task A_store_that_does_not_agree_is_a_failure()
    {
        await using var agent = await FakeAgent.StartAsync();
        agent.Store = agent.Store with { Agrees = Answer.Unknown, Problem = "no majority" };
        var run = await agent.RunAsync("cluster", "store");
        Assert.AreEqual(ExitCode.Failed, run.Code);
        StringAssert.Contains(run.Output, "it is not known whether the store (etcd) agrees: no majority");
    }

    [TestMethod]
    public async Task Init_hands_the_seats_on_and_shows_what_is_next()
    {
        await using var agent = await FakeAgent.StartAsync();
        var run = await agent.RunAsync("cluster", "init", "--store", "n1=10.0.0.1,n2=10.0.0.2", "--witness", "w=10.0.0.3");
        Assert.AreEqual(ExitCode.Ok, run.Code, run.Error);
        Assert.AreEqual("""{"store":["n1=10.0.0.1","n2=10.0.0.2"],"witness":"w=10.0.0.3"}""", agent.Orders.Single().Body);
        StringAssert.Contains(run.Error, "on n2: do this");
    }
}
