using NodeAgent.Contract;

namespace NodeAgent.Tests.Plugins.NvmeMirror;

/// <summary>Writes that freeze while somebody holds the pool for long.</summary>
[TestClass]
public sealed class FreezeWatchTests
{
    [TestMethod]
    public async Task Writes_that_freeze_during_an_export_are_let_go_while_it_runs()
    {
        using var rig = Writing();
        var export = rig.Commands.Holding("zpool export");
        rig.Notes.BeforeWrite = () => Assert.IsFalse(rig.AnyGivenUp, "given up before it was recorded");
        var closing = rig.Roles.DemoteAsync(MirrorRig.Unit, null, default);
        Freeze(rig);

        await PassAsync(rig, () => rig.AnyGivenUp);

        Assert.IsFalse(closing.IsCompleted);
        Assert.AreEqual("n1", InSync(rig));
        rig.Imported(false);
        export.SetResult();
        rig.Notes.BeforeWrite = null;
        rig.Commands.Replace("zdb -l", MirrorRig.Label(state: 1));
        Assert.IsTrue((await closing).IsOk, (await closing).Fault?.ToString());
    }

    [TestMethod]
    public async Task Writes_that_freeze_during_the_last_look_of_a_copying_are_let_go_and_nobody_is_certified()
    {
        using var rig = Writing("n1");
        rig.PlugInPeer();
        rig.Commands.Replace("zpool status", MirrorRig.Status(scan: MirrorRig.Scan("FINISHED")));
        var sync = rig.Commands.Holding("zpool sync");
        var keeping = rig.Upkeep.KeepAsync(default);
        Freeze(rig);

        await PassAsync(rig, () => rig.AnyGivenUp);
        Assert.IsTrue(rig.AnyGivenUp);
        rig.Commands.Replace("zdb -l", MirrorRig.Label(300));
        sync.SetResult();

        Assert.IsFalse((await keeping).IsOk && rig.Certificate.Covers(new NodeId("n2")));
        Assert.AreEqual("n1", InSync(rig));
    }

    [TestMethod]
    public async Task What_waits_for_a_drive_in_whose_place_another_was_put_meanwhile_is_let_go_too()
    {
        using var rig = Writing("n1", "n2");
        var export = rig.Commands.Holding("zpool export");
        var closing = rig.Roles.DemoteAsync(MirrorRig.Unit, null, default);
        rig.Agreed("n1", 1, "n1").WithSpare(MirrorRig.Remote(0), new Guid("00000000-0000-4000-8000-000000000291"));
        _ = await rig.Backend.Ability<IReplicationStatus>()!.ReadStatusAsync(MirrorRig.Unit, default);
        rig.PathsTo(0, MirrorRig.Remote(0), "connecting");

        await PassAsync(rig, () => rig.AnyGivenUp);

        Assert.IsTrue(rig.AnyGivenUp);
        rig.Imported(false);
        export.SetResult();
        rig.Commands.Replace("zdb -l", MirrorRig.Label(state: 1));
        await closing;
    }

    [TestMethod]
    public async Task A_certificate_that_was_written_in_between_is_not_overwritten_by_who_held_the_pool()
    {
        using var rig = Writing("n1");
        rig.PlugInPeer();
        rig.Commands.Replace("zpool status", MirrorRig.Status(scan: MirrorRig.Scan("FINISHED")));
        var sync = rig.Commands.Holding("zpool sync");
        var keeping = rig.Upkeep.KeepAsync(default);
        Freeze(rig);
        await PassAsync(rig, () => rig.AnyGivenUp);

        // As if the paths had come back, and everything looked whole when the command ended.
        rig.Paths(0, "live");
        rig.Paths(1, "live");
        rig.Commands.Replace("zdb -l", MirrorRig.Label(300));
        sync.SetResult();

        Assert.AreEqual(FaultCode.PreconditionFailed, (await keeping).Fault?.Code);
        Assert.AreEqual("n1", InSync(rig));
    }

    [TestMethod]
    public async Task Without_the_store_nothing_is_let_go_beside_a_long_step_either()
    {
        using var rig = Writing();
        var export = rig.Commands.Holding("zpool export");
        var closing = rig.Roles.DemoteAsync(MirrorRig.Unit, null, default);
        Freeze(rig);
        rig.Notes.IsAway = true;

        await PassAsync(rig, () => false);

        Assert.IsFalse(rig.AnyGivenUp);
        export.SetResult();
        await closing;
    }

    [TestMethod]
    public async Task A_short_loss_of_the_paths_beside_a_long_step_costs_nothing()
    {
        using var rig = Writing();
        var export = rig.Commands.Holding("zpool export");
        var closing = rig.Roles.DemoteAsync(MirrorRig.Unit, null, default);
        Freeze(rig);
        rig.Time.Advance(TimeSpan.FromSeconds(1));
        await Task.Delay(1);
        rig.Paths(0, "live");
        rig.Paths(1, "live");

        await PassAsync(rig, () => false);

        Assert.IsFalse(rig.AnyGivenUp);
        Assert.IsEmpty(rig.Notes.Written);
        export.SetResult();
        await closing;
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task While_the_kernel_makes_a_path_those_of_before_hold_writes_and_the_new_one_none(bool isAllNew)
    {
        using var rig = isAllNew ? Writing("n1") : Writing();
        Directory.Delete(Path.Combine(rig.Places.Class, "nvme", "nvme2"), recursive: true);
        if (isAllNew)
        {
            Directory.Delete(Path.Combine(rig.Places.Class, "nvme"), recursive: true);
        }

        using var kernel = rig.HangingFabrics();
        var keeping = rig.Upkeep.KeepAsync(default);
        Freeze(rig);

        await PassAsync(rig, () => rig.AnyGivenUp);

        Assert.AreEqual((false, !isAllNew, "n1"), (keeping.IsCompleted, rig.AnyGivenUp, isAllNew || rig.AnyGivenUp ? InSync(rig) : "not recorded"));
        kernel.Answer();
        _ = await keeping;
    }

    private static string InSync(MirrorRig rig) => string.Join(',', rig.Certificate.InSync);

    private static void Freeze(MirrorRig rig)
    {
        rig.Paths(0, "connecting");
        rig.Paths(1, "connecting");
    }

    private static async Task PassAsync(MirrorRig rig, Func<bool> isDone)
    {
        for (var second = 0; second < 8 && !isDone(); second++)
        {
            rig.Time.Advance(TimeSpan.FromSeconds(1));

            // What waits for that moment goes on by itself.
            await Task.Delay(5);
        }
    }

    private static MirrorRig Writing(params string[] inSync)
    {
        var rig = new MirrorRig().Agreed("n1", 1, inSync.Length == 0 ? ["n1", "n2"] : inSync);
        rig.Imported();
        rig.Paths(0, "live");
        rig.Paths(1, "live");
        rig.Commands.On("zpool status", MirrorRig.Status()).On("zdb -l", MirrorRig.Label());
        return rig;
    }
}
