using NodeAgent.Lab.Keeping;

namespace NodeAgent.Tests.Lab.Keeping;

[TestClass]
public sealed class PruneRulesTests
{
    private static readonly DateTime Now = new(2026, 11, 22, 12, 0, 0, DateTimeKind.Utc);
    private static readonly PrunePolicy Policy = new(1, TimeSpan.FromDays(1));

    [TestMethod]
    public void The_newest_of_each_kind_and_what_was_used_lately_stay() =>
        Assert.AreEqual("old,older", Chosen(Thing("newest", 40), Thing("old", 50), Thing("today", 3, kind: "golden"), Thing("yesterday", 23, kind: "golden"), Thing("older", 30, kind: "golden")));

    [TestMethod]
    public void What_is_in_use_stays_however_old_it_is_and_all_it_stands_on() =>
        Assert.AreEqual(
            "idle",
            Chosen(Thing("running", 400, kind: "a", stands: "cluster", inUse: true), Thing("newer", 2, kind: "a"), Thing("cluster", 500, kind: "b", stands: "image"), Thing("idle", 450, kind: "b"), Thing("newerb", 2, kind: "b"),
                Thing("image", 900, kind: "image"), Thing("newimage", 2, kind: "image")));

    [TestMethod]
    public void What_stands_on_others_goes_first() =>
        Assert.AreEqual(
            "top,middle,bottom",
            Chosen(new PrunePolicy(0, TimeSpan.Zero), Thing("bottom", 90, kind: "image"), Thing("top", 90, kind: "b", stands: "middle"), Thing("middle", 90, kind: "c", stands: "bottom")));

    [TestMethod]
    public void What_was_used_a_moment_ago_stays_whatever_is_asked_for() =>
        Assert.AreEqual("an-hour", Chosen(new PrunePolicy(0, TimeSpan.Zero), Thing("a-moment", 0), Thing("an-hour", 1)));

    [TestMethod]
    public void What_stands_on_something_that_is_not_there_harms_nothing() =>
        Assert.AreEqual("broken", Chosen(new PrunePolicy(0, TimeSpan.Zero), Thing("broken", 9, stands: "gone"), Thing("itself", 0, kind: "x", stands: "itself")));

    private static StoredThing Thing(string name, int hours, string kind = "cluster", string? stands = null, bool inUse = false) =>
        new(name, kind, Now.AddHours(-hours).AddMinutes(-1), stands is null ? [] : [stands], inUse);

    private static string Chosen(params StoredThing[] all) => Chosen(Policy, all);

    private static string Chosen(PrunePolicy policy, params StoredThing[] all) => string.Join(',', PruneRules.Choose(all, policy, Now).Select(thing => thing.Folder));
}
