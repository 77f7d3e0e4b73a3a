using NodeAgent.Contract;
using NodeAgent.Plugins.NvmeMirrorBackend.Certificates;

namespace NodeAgent.Tests.Plugins.NvmeMirror;

/// <summary>A spare for a drive that died: the node that has the drives decides, the writer replaces.</summary>
[TestClass]
public sealed class SpareTests
{
    private const string NoLabel = "failed to unpack label 0\nfailed to unpack label 1\nfailed to unpack label 2\nfailed to unpack label 3\n";
    private static readonly Guid Spare = new("00000000-0000-4000-8000-000000000191");
    private static readonly Guid Second = new("00000000-0000-4000-8000-000000000192");
    private static readonly Guid PeerSpare = new("00000000-0000-4000-8000-000000000291");

    [TestMethod]
    public async Task A_drive_that_is_gone_for_a_minute_is_replaced_by_a_spare_and_the_writer_is_let_in_to_it_on_the_same_port()
    {
        using var rig = Other();
        await rig.Upkeep.KeepAsync(default);
        File.Delete(rig.Device(MirrorRig.Local(0)));

        await PassAsync(rig, 60);
        Assert.IsEmpty(rig.Certificate.Spares, "it may be plugged in again");
        await PassAsync(rig, 10);

        Assert.AreEqual(Spare, rig.Certificate.Spares[MirrorRig.Local(0)]);
        Assert.AreEqual("n2", string.Join(',', rig.Certificate.InSync), "a spare holds nothing yet");
        await rig.Upkeep.KeepAsync(default);
        CollectionAssert.AreEqual(new[] { rig.Names.Subsystem(Spare) }, On(rig, "port of mirror 0", 4500));
        CollectionAssert.AreEqual(new[] { rig.Names.Subsystem(MirrorRig.Local(1)) }, On(rig, "port of mirror 1", 4501));
    }

    [TestMethod]
    [DataRow("dd: error reading: Input/output error", 1, true, DisplayName = "reads fail")]
    [DataRow("", 0, false, DisplayName = "it answers")]
    [DataRow(null, 0, false, DisplayName = "nothing came in time")]
    public async Task A_drive_is_dead_if_it_says_so_or_is_gone(string? error, int exitCode, bool isDead)
    {
        using var rig = Other();
        rig.Commands.On(
            $"dd if={rig.Device(MirrorRig.Local(0))}",
            error is null ? new Fault(FaultCode.TimedOut, "dd", "it did not end", "", Retry.Later) : new CommandResult(exitCode, "", error, 0, 0));

        await PassAsync(rig, 75);

        Assert.AreEqual(isDead, !rig.Certificate.Spares.IsEmpty);
    }

    [TestMethod]
    public async Task A_drive_that_comes_back_in_time_costs_no_spare()
    {
        using var rig = Other();
        var device = rig.Device(MirrorRig.Local(0));
        var target = File.ResolveLinkTarget(device, returnFinalTarget: false)!.FullName;
        for (var time = 0; time < 3; time++)
        {
            File.Delete(device);
            await PassAsync(rig, 45);
            File.CreateSymbolicLink(device, target);
            await PassAsync(rig, 10);
        }

        Assert.IsEmpty(rig.Certificate.Spares);
    }

    [TestMethod]
    [DataRow("connecting", DisplayName = "the networks are cut")]
    [DataRow("", DisplayName = "the peer is down, its paths were given up")]
    public async Task Lost_paths_and_a_peer_that_is_down_cost_no_spare(string paths)
    {
        using var rig = Writing("n1");
        rig.Commands.Replace("zpool status", MirrorRig.Status("FAULTED", "FAULTED"));
        File.Delete(rig.Device(MirrorRig.Remote(0)));
        File.Delete(rig.Device(MirrorRig.Remote(1)));
        Directory.Delete(Path.Combine(rig.Places.Class, "nvme"), recursive: true);
        if (paths.Length > 0)
        {
            rig.Paths(0, paths);
            rig.Paths(1, paths);
        }

        rig.IsPeerUp = false;
        await PassAsync(rig, 90);

        Assert.IsEmpty(rig.Certificate.Spares);
    }

    [TestMethod]
    [DataRow("n1", "n2", DisplayName = "nobody has recorded yet that the half is not whole")]
    [DataRow(DisplayName = "no half is whole: it may be the last drive of its mirror")]
    public async Task No_spare_is_taken_while_the_drive_may_be_needed(params string[] inSync)
    {
        using var rig = Certified(inSync);
        File.Delete(rig.Device(MirrorRig.Local(0)));

        await PassAsync(rig, 90);

        Assert.IsEmpty(rig.Certificate.Spares);
    }

    [TestMethod]
    public async Task A_spare_that_is_too_small_or_holds_anything_is_left_alone_and_the_next_is_taken()
    {
        using var rig = Other();
        rig.SizeOf("vds", 999);
        File.Delete(rig.Device(MirrorRig.Local(0)));

        await PassAsync(rig, 75);

        Assert.AreEqual(Second, rig.Certificate.Spares[MirrorRig.Local(0)]);
    }

    [TestMethod]
    public async Task Without_a_spare_that_fits_an_operator_is_told_which_and_why()
    {
        using var rig = Other();
        rig.SizeOf("vds", 999);
        rig.Commands.On($"wipefs --no-act --json {rig.Device(Second)}", "{\"signatures\":[{\"type\":\"ext4\"}]}");
        File.Delete(rig.Device(MirrorRig.Local(0)));

        await PassAsync(rig, 75);
        rig.Time.Advance(TimeSpan.FromSeconds(5));
        var kept = await rig.Upkeep.KeepAsync(default);

        Assert.IsEmpty(rig.Certificate.Spares);
        StringAssert.Contains(kept.Fault!.Why, $"spare {Second} is not empty");
        StringAssert.Contains(kept.Fault.Why, $"spare {Spare} has 511488 bytes");
        StringAssert.Contains(string.Join(' ', (await rig.Backend.ProbeAsync(default)).Value.Remarks), $"spare {Spare} has 511488 bytes");
    }

    [TestMethod]
    public async Task The_writer_puts_the_peer_s_spare_into_the_mirror_and_certifies_only_when_it_was_copied()
    {
        using var rig = Writing("n1").WithSpare(MirrorRig.Remote(0), PeerSpare);
        rig.PlugInPeer(PeerSpare, "nvme9n");
        rig.PathsTo(0, PeerSpare, "live");
        rig.Commands.Replace("zpool status", MirrorRig.Status(first: "FAULTED"));
        rig.Commands.On($"zdb -l -u {rig.Device(PeerSpare)}", NoLabel);

        await rig.Upkeep.KeepAsync(default);

        Assert.Contains($"zpool replace tank 12 {rig.Device(PeerSpare)}", rig.Commands.Asked);
        Assert.AreEqual("n1", string.Join(',', rig.Certificate.InSync));

        // In its place, first while it is copied, then whole.
        var copied = MirrorRig.Status(scan: MirrorRig.Scan("FINISHED")).Replace(MirrorRig.Remote(0).ToString(), PeerSpare.ToString(), StringComparison.Ordinal);
        rig.Commands.Replace("zpool status", copied.Replace("FINISHED", "SCANNING", StringComparison.Ordinal));
        rig.Commands.Replace("zdb -l", MirrorRig.Label());
        rig.Commands.Replace($"zdb -l -u {rig.Device(PeerSpare)}", MirrorRig.Label());
        await rig.Upkeep.KeepAsync(default);
        Assert.AreEqual("n1", string.Join(',', rig.Certificate.InSync));
        rig.Commands.Replace("zpool status", copied);
        var txg = 200;
        rig.Commands.Answering("zpool sync", () => rig.Commands.Replace($"zdb -l -u {rig.Device(PeerSpare)}", MirrorRig.Label(++txg)));
        await rig.Upkeep.KeepAsync(default);

        Assert.AreEqual("n1,n2", string.Join(',', rig.Certificate.InSync));
        Assert.AreEqual(PeerSpare, rig.Certificate.Spares[MirrorRig.Remote(0)], "the certificate keeps what the mirrors are made of");
    }

    [TestMethod]
    [DataRow("SCANNING", 9, DisplayName = "half of it is copied")]
    [DataRow("FINISHED", 5, DisplayName = "ZFS has not begun yet")]
    public async Task A_spare_that_is_being_copied_onto_when_the_writer_s_agent_restarts_is_certified_only_at_the_end(string state, int begun)
    {
        using var rig = Writing("n1").WithSpare(MirrorRig.Remote(0), PeerSpare).ScanBefore("5");
        rig.PlugInPeer(PeerSpare, "nvme9n");
        rig.PathsTo(0, PeerSpare, "live");
        var txg = 200;
        rig.Commands.Answering("zpool sync", () => rig.Commands.Replace("zdb -l", MirrorRig.Label(++txg)));
        rig.Commands.Replace("zpool status", InPlace(state, begun));
        await rig.Upkeep.KeepAsync(default);

        rig.Restart($"n1={Spare}+{Second},n2={PeerSpare}");
        await PassAsync(rig, 20);
        Assert.AreEqual("n1", string.Join(',', rig.Certificate.InSync));

        rig.Commands.Replace("zpool status", InPlace("FINISHED", 9));
        await PassAsync(rig, 2);
        Assert.AreEqual("n1,n2", string.Join(',', rig.Certificate.InSync));
    }

    private static string InPlace(string state, int begun) => MirrorRig.Status(scan: MirrorRig.Scan(state, begun: begun))
        .Replace(MirrorRig.Remote(0).ToString(), PeerSpare.ToString(), StringComparison.Ordinal);

    [TestMethod]
    public async Task A_dead_drive_of_the_writer_itself_is_replaced_by_its_spare()
    {
        using var rig = Writing("n2");
        rig.Commands.Replace("zpool status", MirrorRig.Status(local: "FAULTED"));
        File.Delete(rig.Device(MirrorRig.Local(0)));

        await PassAsync(rig, 80);

        Assert.AreEqual(Spare, rig.Certificate.Spares[MirrorRig.Local(0)]);
        Assert.Contains($"zpool replace tank 11 {rig.Device(Spare)}", rig.Commands.Asked);
        Assert.AreEqual("n2", string.Join(',', rig.Certificate.InSync));
    }

    [TestMethod]
    public async Task A_spare_that_died_in_its_place_is_replaced_by_the_next()
    {
        using var rig = Writing("n2").WithSpare(MirrorRig.Local(0), Spare);
        rig.Commands.Replace("zpool status", MirrorRig.Status(local: "FAULTED").Replace(MirrorRig.Local(0).ToString(), Spare.ToString(), StringComparison.Ordinal));
        File.Delete(rig.Device(Spare));

        await PassAsync(rig, 80);

        Assert.AreEqual((Spare, Second), (rig.Certificate.Spares[MirrorRig.Local(0)], rig.Certificate.Spares[Spare]));
        Assert.Contains($"zpool replace tank 11 {rig.Device(Second)}", rig.Commands.Asked);
    }

    [TestMethod]
    public async Task A_promotion_takes_the_spare_s_word_and_takes_the_dead_drive_away_from_the_peer_too()
    {
        // The dead drive is still offered: what was agreed has only just been written.
        using var rig = Certified("n1", "n2");
        await rig.Upkeep.KeepAsync(default);
        CollectionAssert.AreEqual(new[] { rig.Names.Subsystem(MirrorRig.Local(0)) }, On(rig, "port of mirror 0", 4500));
        rig.WithSpare(MirrorRig.Local(0), Spare);
        rig.Commands.Replace($"zdb -l -u {rig.Device(Spare)}", MirrorRig.Label());
        rig.Commands.On("zpool status", MirrorRig.Status("OFFLINE", "OFFLINE").Replace(MirrorRig.Local(0).ToString(), Spare.ToString(), StringComparison.Ordinal));
        rig.Commands.Answering("zpool import", () => rig.Imported());

        var promoted = await rig.Roles.PromoteAsync(MirrorRig.Grant(6), null, default);

        Assert.IsTrue(promoted.IsOk, promoted.Fault?.ToString());
        var import = rig.Commands.Asked.Last(line => line.StartsWith("zpool import", StringComparison.Ordinal));
        StringAssert.Contains(import, Spare.ToString());
        Assert.DoesNotContain(MirrorRig.Local(0).ToString(), import);
        Assert.IsEmpty(On(rig, "port of mirror 0", 4500));
    }

    [TestMethod]
    public void What_was_agreed_is_read_back_and_older_certificates_have_no_spares()
    {
        using var rig = Other().WithSpare(MirrorRig.Local(0), Spare);

        Assert.AreEqual(Spare, Certificate.Parse("", rig.Certificate.ToText()).Value.Spares[MirrorRig.Local(0)]);
        Assert.DoesNotContain("spares", (rig.Certificate with { Spares = rig.Certificate.Spares.Clear() }).ToText());
    }

    private static MirrorRig Other() => Certified("n2");

    private static MirrorRig Certified(params string[] inSync) => Plugged(new MirrorRig(spares: $"n1={Spare}+{Second},n2={PeerSpare}").Agreed("n2", 5, inSync));

    private static MirrorRig Writing(string inSync) => Plugged(new MirrorRig(spares: $"n1={Spare}+{Second},n2={PeerSpare}").Agreed("n1", 1, inSync)).Opened();

    private static MirrorRig Plugged(MirrorRig rig)
    {
        rig.PlugIn(Spare, "vds");
        rig.PlugIn(Second, "vdt");
        foreach (var spare in new[] { Spare, Second })
        {
            rig.Commands.On($"zdb -l -u {rig.Device(spare)}", NoLabel);
        }

        rig.Commands.On("zdb -l", MirrorRig.Label()).On("wipefs", "{\"signatures\":[]}");
        return rig;
    }

    private static async Task PassAsync(MirrorRig rig, int seconds)
    {
        for (var second = 0; second <= seconds; second++)
        {
            await rig.Upkeep.KeepAsync(default);
            rig.Time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    /// <summary>The drives that listen on a port of the first network.</summary>
    private static string[] On(MirrorRig rig, string what, int port)
    {
        var ports = Path.Combine(rig.Places.Target, "ports");
        var folder = Directory.EnumerateDirectories(ports).FirstOrDefault(each =>
            File.ReadAllText(Path.Combine(each, "addr_trsvcid")).Trim() == $"{port}" && File.ReadAllText(Path.Combine(each, "addr_traddr")).Trim() == "10.0.1.1");
        Assert.IsNotNull(folder, what);
        return [.. Directory.EnumerateFileSystemEntries(Path.Combine(folder, "subsystems")).Select(link => Path.GetFileName(link)!)];
    }
}
