namespace NodeAgent.Tests.Simulation;

/// <summary>The simulation is worth what it catches: each wrong agent must break a promise within so many seeds.</summary>
[TestClass]
public sealed class MutationTests
{
    private const int Seeds = 600;

    public required TestContext TestContext { get; set; }

    public static IEnumerable<object[]> Names => Mutations.All.Select(mutation => new object[] { mutation.Name });

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void A_wrong_agent_is_caught(string name)
    {
        var wrong = Mutations.All.Single(mutation => mutation.Name == name);
        var broken = MutatedAgent.FirstBroken(wrong, wrong.FirstSeed, Seeds);
        TestContext.WriteLine(broken ?? "not caught");
        Assert.IsNotNull(broken, $"{name}: not caught by {Seeds} seeds");
    }

    [TestMethod]
    public void The_same_seeds_break_nothing_in_the_right_agent() =>
        Assert.IsNull(MutatedAgent.FirstBroken(Mutations.None, 1, Seeds / 4));
}
