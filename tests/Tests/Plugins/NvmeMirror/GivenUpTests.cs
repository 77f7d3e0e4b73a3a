namespace NodeAgent.Tests.Plugins.NvmeMirror;

/// <summary>Drives of the peer that the kernel gave up by itself: nothing holds the writes, and ZFS goes on without them at once.</summary>
[TestClass]
public sealed class GivenUpTests
{
    [TestMethod]
    [DataRow("")]
    [DataRow("deleting")]
    public async Task A_drive_that_the_kernel_gave_up_takes_the_peer_off_the_certificate_at_once(string state)
    {
        using var rig = Writing();
        GiveUp(rig, state);

        var kept = await rig.Upkeep.KeepAsync(default);

        Assert.IsTrue(kept.IsOk, kept.Fault?.ToString());
        Assert.AreEqual(("n1", 100L), (InSync(rig), rig.Certificate.Txg));
    }

    [TestMethod]
    public async Task One_drive_that_was_given_up_is_enough_although_the_other_still_holds_writes()
    {
        using var rig = Writing();
        rig.Paths(0, "connecting");
        Remove(rig, 3, 4);

        await rig.Upkeep.KeepAsync(default);

        Assert.AreEqual("n1", InSync(rig));
    }

    [TestMethod]
    [DataRow("connecting")]
    [DataRow("resetting")]
    public async Task A_drive_that_is_still_tried_costs_nothing_at_once_whatever_became_of_its_other_path(string state)
    {
        using var rig = Writing();
        rig.Paths(0, state);
        Remove(rig, 2);

        await rig.Upkeep.KeepAsync(default);

        Assert.IsEmpty(rig.Notes.Written);
    }

    [TestMethod]
    [DataRow("state")]
    [DataRow("subsysnqn")]
    [DataRow("address")]
    [DataRow("", DisplayName = "the folder of all")]
    public async Task Paths_that_cannot_be_read_for_a_moment_are_not_taken_for_given_up(string file)
    {
        using var rig = Writing();
        Unreadable(rig, file);
        await rig.Upkeep.KeepAsync(default);
        rig.Time.Advance(TimeSpan.FromSeconds(1));
        await rig.Upkeep.KeepAsync(default);
        Assert.IsEmpty(rig.Notes.Written);

        Readable(rig, file);
        rig.Time.Advance(TimeSpan.FromSeconds(1));
        await rig.Upkeep.KeepAsync(default);
        rig.Time.Advance(TimeSpan.FromSeconds(5));
        await rig.Upkeep.KeepAsync(default);

        Assert.IsEmpty(rig.Notes.Written);
        Assert.IsFalse(rig.AnyGivenUp);
    }

    [TestMethod]
    [DataRow("state")]
    [DataRow("subsysnqn")]
    [DataRow("", DisplayName = "the folder of all")]
    public async Task Paths_that_stay_unreadable_are_recorded_for_nobody_knows_what_the_peer_gets(string file)
    {
        using var rig = Writing();
        Unreadable(rig, file);
        rig.Notes.BeforeWrite = () => Assert.IsFalse(rig.AnyGivenUp, "given up before it was recorded");
        await rig.Upkeep.KeepAsync(default);
        rig.Time.Advance(TimeSpan.FromSeconds(2));

        await rig.Upkeep.KeepAsync(default);

        Assert.AreEqual("n1", InSync(rig));
    }

    [TestMethod]
    [DataRow(true, DisplayName = "the pool says so")]
    [DataRow(false, DisplayName = "the pool does not answer, and the drive cannot be read")]
    public async Task Without_a_drive_of_its_own_and_with_paths_that_cannot_be_read_no_half_is_known_to_be_whole(bool answers)
    {
        using var rig = Writing();
        await rig.Upkeep.KeepAsync(default);
        Unreadable(rig, "state");
        File.Delete(rig.Device(MirrorRig.Local(0)));
        rig.Commands.Replace("zpool status", answers ? MirrorRig.Status(local: "FAULTED") : "");
        await rig.Upkeep.KeepAsync(default);
        rig.Time.Advance(TimeSpan.FromSeconds(2));

        await rig.Upkeep.KeepAsync(default);

        Assert.AreEqual("", InSync(rig));
    }

    [TestMethod]
    [DataRow("live", "n1,n2")]
    [DataRow("", "n1", DisplayName = "one of two cannot be read: nobody knows how it was made")]
    public async Task With_a_path_that_cannot_be_read_nobody_is_certified(string path, string expected)
    {
        using var rig = Writing("n1");
        rig.PlugInPeer();
        var txg = 200;
        rig.Commands.Replace("zpool status", MirrorRig.Status(scan: MirrorRig.Scan("FINISHED")));
        rig.Commands.Answering("zpool sync", () => rig.Commands.Replace("zdb -l", MirrorRig.Label(++txg)));
        if (path.Length == 0)
        {
            File.Delete(Path.Combine(rig.Places.Class, "nvme", "nvme1", "subsysnqn"));
            Directory.CreateDirectory(Path.Combine(rig.Places.Class, "nvme", "nvme1", "subsysnqn"));
        }

        await rig.Upkeep.KeepAsync(default);

        Assert.AreEqual(expected, InSync(rig));
    }

    [TestMethod]
    public async Task While_paths_cannot_be_read_what_ZFS_gave_up_is_recorded_at_once()
    {
        using var rig = Writing();
        Unreadable(rig, "state");
        rig.Commands.Replace("zpool status", MirrorRig.Status(first: "FAULTED"));

        await rig.Upkeep.KeepAsync(default);

        Assert.AreEqual("n1", InSync(rig));
    }

    [TestMethod]
    public async Task A_drive_that_is_given_up_beside_a_long_step_is_recorded_while_it_runs()
    {
        using var rig = Writing();
        var export = rig.Commands.Holding("zpool export");
        var closing = rig.Roles.DemoteAsync(MirrorRig.Unit, null, default);
        GiveUp(rig, "");

        await PassAsync(rig, seconds: 1);

        Assert.AreEqual((false, "n1"), (closing.IsCompleted, InSync(rig)));
        export.SetResult();
        await closing;
    }

    [TestMethod]
    public async Task A_drive_that_is_given_up_again_is_not_recorded_twice_beside_a_long_step()
    {
        using var rig = Writing("n1");
        GiveUp(rig, "");
        var export = rig.Commands.Holding("zpool export");
        var closing = rig.Roles.DemoteAsync(MirrorRig.Unit, null, default);
        var written = rig.Notes.Written.Count;

        await PassAsync(rig, seconds: 3);

        Assert.HasCount(written, rig.Notes.Written);
        export.SetResult();
        await closing;
    }

    [TestMethod]
    public async Task A_drive_of_the_writer_that_is_lost_with_one_that_was_given_up_leaves_no_half_whole()
    {
        using var rig = Writing();
        GiveUp(rig, "");
        rig.Commands.Replace("zpool status", MirrorRig.Status(local: "FAULTED"));

        await rig.Upkeep.KeepAsync(default);

        Assert.IsEmpty(rig.Certificate.InSync);
    }

    [TestMethod]
    public async Task The_only_whole_half_is_not_whole_any_more_when_ZFS_went_on_without_a_drive_of_it()
    {
        using var rig = Writing("n2");
        GiveUp(rig, "");
        rig.Commands.Replace("zpool status", MirrorRig.Status("FAULTED"));

        await rig.Upkeep.KeepAsync(default);

        Assert.IsEmpty(rig.Certificate.InSync);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task What_ZFS_lost_is_recorded_although_a_port_of_the_peer_hangs(bool isLater)
    {
        using var rig = Writing();
        Remove(rig, 2);
        using var kernel = rig.HangingFabrics();
        var lost = MirrorRig.Status("ONLINE", "FAULTED");
        rig.Commands.Replace("zpool status", isLater ? MirrorRig.Status() : lost);

        var keeping = rig.Upkeep.KeepAsync(default);
        await PassAsync(rig, seconds: isLater ? 1 : 0);
        rig.Commands.Replace("zpool status", lost);
        await PassAsync(rig, seconds: isLater ? 2 : 0);

        Assert.AreEqual("n1", InSync(rig));
        kernel.Answer();
        await keeping;
    }

    private static string InSync(MirrorRig rig) => string.Join(',', rig.Certificate.InSync);

    /// <summary>Both paths to the first drive end in a state, or are gone.</summary>
    private static void GiveUp(MirrorRig rig, string state)
    {
        if (state.Length > 0)
        {
            rig.Paths(0, state);
            return;
        }

        Remove(rig, 1, 2);
    }

    private static void Remove(MirrorRig rig, params int[] controllers)
    {
        foreach (var controller in controllers)
        {
            Directory.Delete(Path.Combine(rig.Places.Class, "nvme", $"nvme{controller}"), recursive: true);
        }
    }

    private static async Task PassAsync(MirrorRig rig, int seconds)
    {
        // What waits for that moment goes on by itself.
        await Task.Delay(20);
        for (var second = 0; second < seconds; second++)
        {
            rig.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(20);
        }
    }

    // Something else in its place: root reads every file.
    private static void Unreadable(MirrorRig rig, string file)
    {
        var folder = Path.Combine(rig.Places.Class, "nvme");
        if (file.Length == 0)
        {
            Directory.Move(folder, folder + ".away");
            File.CreateSymbolicLink(folder, folder);
            return;
        }

        foreach (var controller in Directory.GetDirectories(folder))
        {
            File.Delete(Path.Combine(controller, file));
            Directory.CreateDirectory(Path.Combine(controller, file));
        }
    }

    private static void Readable(MirrorRig rig, string file)
    {
        var folder = Path.Combine(rig.Places.Class, "nvme");
        if (file.Length == 0)
        {
            File.Delete(folder);
            Directory.Move(folder + ".away", folder);
            return;
        }

        foreach (var controller in Directory.GetDirectories(folder))
        {
            Directory.Delete(Path.Combine(controller, file));
        }

        rig.Paths(0, "live");
        rig.Paths(1, "live");
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
