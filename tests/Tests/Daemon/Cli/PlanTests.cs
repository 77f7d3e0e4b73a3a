using NodeAgent.Daemon.Cli;

namespace NodeAgent.Tests.Daemon.Cli;

/// <summary>Orders that show first what they would do.</summary>
[TestClass]
public sealed class PlanTests
{
    [TestMethod]
    [DataRow("service", "move", "pg", "--to", "n2", "--plan")]
    [DataRow("drain", "n1", "--plan")]
    [DataRow("failover", "pg", "--plan")]
    [DataRow("drive", "replace", "old", "--with", "new", "--plan")]
    public async Task A_plan_orders_nothing(params string[] words)
    {
        await using var agent = await FakeAgent.StartAsync();
        var run = await agent.RunAsync(words);
        Assert.AreEqual(ExitCode.Ok, run.Code, run.Error);
        Assert.IsTrue(agent.Orders.All(order => order.Path.EndsWith("/plan", StringComparison.Ordinal)), string.Join(' ', agent.Orders));
        var told = await agent.RunAsync([.. words, "-o", "json"]);
        StringAssert.StartsWith(told.Output.TrimStart(), "{");
        Assert.AreNotEqual("{}", told.Output.Trim());
    }

    [TestMethod]
    public async Task A_loss_that_was_not_accepted_is_not_ordered()
    {
        await using var agent = await FakeAgent.StartAsync();
        var run = await agent.RunAsync("failover", "pg", "--yes");
        Assert.AreNotEqual(ExitCode.Ok, run.Code);
        StringAssert.Contains(run.Error, "Give --accept-loss");
        Assert.IsEmpty(agent.Orders);
    }
}
