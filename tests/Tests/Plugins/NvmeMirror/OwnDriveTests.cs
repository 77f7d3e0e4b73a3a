using NodeAgent.Contract;

namespace NodeAgent.Tests.Plugins.NvmeMirror;

/// <summary>A drive of the writer itself that fails, with the peer's paths or without its half.</summary>
[TestClass]
public sealed class OwnDriveTests
{
    private const string Pool = "\"name\":\"tank\",\"state\":\"ONLINE\",\"error_count\"";

    [TestMethod]
    public async Task A_drive_that_fails_with_the_paths_leaves_the_peer_on_the_certificate_and_writes_wait_for_it()
    {
        using var rig = Writing("n1", "n2");
        rig.Commands.Replace("zpool status", MirrorRig.Status(local: "FAULTED"));

        var kept = await FreezeAsync(rig);

        Assert.AreEqual(("n2", false), (InSync(rig), rig.AnyGivenUp));
        StringAssert.Contains(kept.Fault!.Why, "drive 0 of n1 is FAULTED");
    }

    [TestMethod]
    public async Task A_drive_that_fails_with_the_paths_and_one_of_the_peer_before_it_leave_nobody_on_the_certificate()
    {
        using var rig = Writing("n1", "n2");
        rig.Commands.Replace("zpool status", MirrorRig.Status(second: "FAULTED", local: "FAULTED"));

        await FreezeAsync(rig);

        Assert.AreEqual(("", false), (InSync(rig), rig.AnyGivenUp), "each half misses what only the other has");
    }

    [TestMethod]
    [DataRow(true, "n2")]
    [DataRow(false, "n1")]
    public async Task A_frozen_pool_that_does_not_answer_is_let_go_only_if_the_drives_can_be_read(bool isDead, string expected)
    {
        using var rig = Writing("n1", "n2");
        await rig.Upkeep.KeepAsync(default);
        rig.Commands.On("zpool status -j", new Fault(FaultCode.TimedOut, "zpool status", "it did not end", "", Retry.Later));
        if (isDead)
        {
            rig.Commands.On($"zdb -l -u {rig.Device(MirrorRig.Local(1))}", "", 1, "Input/output error");
        }

        await FreezeAsync(rig);

        Assert.AreEqual((expected, !isDead), (InSync(rig), rig.AnyGivenUp));
    }

    [TestMethod]
    [DataRow(1, "n2", DisplayName = "seen just before")]
    [DataRow(20, "", DisplayName = "ZFS may have given up a drive of the peer since")]
    [DataRow(null, "", DisplayName = "never seen in this stay")]
    public async Task Nobody_whose_half_was_not_seen_whole_just_before_stays_certified_when_a_drive_fails_with_the_paths(int? seenSecondsAgo, string expected)
    {
        using var rig = Writing("n1", "n2");
        if (seenSecondsAgo is { } seconds)
        {
            await rig.Upkeep.KeepAsync(default);
            rig.Commands.On("zpool status -j", new Fault(FaultCode.TimedOut, "zpool status", "it did not end", "", Retry.Later));
            rig.Time.Advance(TimeSpan.FromSeconds(seconds));
            await rig.Upkeep.KeepAsync(default);
        }

        rig.Commands.On("zpool status -j", new Fault(FaultCode.TimedOut, "zpool status", "it did not end", "", Retry.Later));
        rig.Commands.On($"zdb -l -u {rig.Device(MirrorRig.Local(1))}", "", 1, "Input/output error");
        await FreezeAsync(rig);

        Assert.AreEqual((expected, false), (InSync(rig), rig.AnyGivenUp));
    }

    [TestMethod]
    public async Task Errors_that_were_counted_do_not_hold_writes_while_this_half_is_all_there_is()
    {
        using var rig = Writing("n1");
        rig.Commands.Replace("zpool status", MirrorRig.Status().Replace("\"read_errors\":0", "\"read_errors\":1", StringComparison.Ordinal));

        await FreezeAsync(rig);

        Assert.AreEqual(("n1", true), (InSync(rig), rig.AnyGivenUp));
    }

    [TestMethod]
    public async Task A_suspended_pool_that_lost_a_drive_takes_its_node_off_the_certificate_first()
    {
        using var rig = Writing("n1");
        rig.Commands.Replace("zpool status", MirrorRig.Status(first: "OFFLINE", local: "FAULTED").Replace(Pool, Pool.Replace("ONLINE", "SUSPENDED", StringComparison.Ordinal), StringComparison.Ordinal));

        await rig.Upkeep.KeepAsync(default);

        Assert.IsEmpty(rig.Certificate.InSync);
    }

    private static string InSync(MirrorRig rig) => string.Join(',', rig.Certificate.InSync);

    private static async Task<Outcome> FreezeAsync(MirrorRig rig)
    {
        rig.Paths(0, "connecting");
        rig.Paths(1, "connecting");
        await rig.Upkeep.KeepAsync(default);
        rig.Time.Advance(TimeSpan.FromSeconds(2));
        return await rig.Upkeep.KeepAsync(default);
    }

    private static MirrorRig Writing(params string[] inSync)
    {
        var rig = new MirrorRig().Agreed("n1", 1, inSync);
        rig.Imported();
        rig.Paths(0, "live");
        rig.Paths(1, "live");
        rig.Commands.On("zpool status", MirrorRig.Status()).On("zdb -l", MirrorRig.Label());
        return rig;
    }
}
