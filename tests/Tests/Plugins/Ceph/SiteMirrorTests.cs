using NodeAgent.Contract;

namespace NodeAgent.Tests.Plugins.CephBackend;

/// <summary>Units that are mirrored between two real clusters: status on both sides, and whose they are.</summary>
[TestClass]
[TestCategory(CephCluster.Category)]
public sealed class SiteMirrorTests
{
    private static MirrorPair? pair;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context) => pair = await MirrorPair.StartAsync();

    [ClassCleanup]
    public static void Stop() => pair?.Dispose();

    [TestMethod]
    public async Task A_unit_goes_to_the_other_site_in_order_and_comes_back_with_all_that_was_written()
    {
        await using var a = pair!.Open(pair.A, "orderly");
        await using var b = pair.Open(pair.B, "orderly");
        var unit = CephLab.Unit("travels", "orderly");
        var volume = await CephLab.MakeAsync(a, unit);
        await CephLab.WriteAsync(a, volume, 0, "AAAA"u8.ToArray());
        await MirrorPair.DoneAsync(a, unit, SiteAction.Enable);
        var here = await MirrorPair.UntilAsync(a, unit, seen => seen.State == SiteState.Replaying && seen.HeldByCopy is not null);
        var there = await MirrorPair.UntilAsync(b, unit, seen => seen.State == SiteState.Replaying && seen.HeldByCopy is not null);
        Assert.AreEqual((SiteRole.Source, SiteRole.Copy, true, false), (here.Role, there.Role, here.IsKnown, there.IsKnown));
        Assert.AreEqual(new NodeId("n1"), here.OpenOn);
        Assert.IsNotNull(here.Volumes[0].NewestHere);
        Assert.IsNotNull(there.Volumes[0].NewestHere);
        CollectionAssert.AreEquivalent(new[] { "site-a", "site-b" }, here.Volumes[0].Voices.Select(voice => voice.Site).ToArray());

        await CephLab.WriteAsync(a, volume, 4, "BBBB"u8.ToArray());
        var open = await MirrorPair.OrderAsync(a, unit, SiteAction.Demote);
        Assert.AreEqual(FaultCode.PreconditionFailed, open.Fault?.Code, "it is open here");
        StringAssert.Contains(open.Fault!.Why, "n1 has it open");
        var again = await MirrorPair.OrderAsync(a, unit, SiteAction.Demote, isClosedFirst: true);
        Assert.AreEqual(FaultCode.InUse, again.Fault?.Code, "closed for this, and opened again before it was carried out");
        Assert.AreEqual(SiteRole.Source, (await MirrorPair.UntilAsync(a, unit, _ => true)).Role);
        Assert.AreEqual(FaultCode.PreconditionFailed, (await MirrorPair.OrderAsync(b, unit, SiteAction.Promote)).Fault?.Code, "the other site is its source");
        await MirrorPair.CloseAsync(a, unit);
        await MirrorPair.DoneAsync(a, unit, SiteAction.Demote);
        var refused = await a.Ability<IRoles>()!.PromoteAsync(CephLab.Grant(unit, 2), null, CancellationToken.None);
        Assert.AreEqual(FaultCode.PreconditionFailed, refused.Fault?.Code, "this site is not its source any more");
        StringAssert.Contains(refused.Fault!.NextStep, "nodeagent ceph mirror promote travels");

        await MirrorPair.DoneAsync(b, unit, SiteAction.Promote);
        await MirrorPair.OpenAsync(b, unit, 1, "m1");
        Assert.AreEqual("AAAABBBB", await MirrorPair.ReadAsync(b, volume));
        await CephLab.WriteAsync(b, volume, 8, "CCCC"u8.ToArray());
        await MirrorPair.UntilAsync(a, unit, seen => seen is { Role: SiteRole.Copy, State: SiteState.Replaying });
        await MirrorPair.CloseAsync(b, unit);
        await MirrorPair.DoneAsync(b, unit, SiteAction.Demote);
        await MirrorPair.DoneAsync(b, unit, SiteAction.Demote);
        await MirrorPair.DoneAsync(a, unit, SiteAction.Promote);
        await MirrorPair.DoneAsync(a, unit, SiteAction.Promote);
        await MirrorPair.OpenAsync(a, unit, 3, "n1");
        Assert.AreEqual("AAAABBBBCCCC", await MirrorPair.ReadAsync(a, volume, 12));
    }
}
