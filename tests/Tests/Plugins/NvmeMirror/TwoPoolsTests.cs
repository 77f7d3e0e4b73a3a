using NodeAgent.Contract;
using NodeAgent.Plugins.NvmeMirrorBackend;
using NodeAgent.Tests.Plugins.Zfs;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Plugins.NvmeMirror;

/// <summary>Two backends on the same two nodes, both at the default port: neither may ever share it, and both say so.</summary>
[TestClass]
public sealed class TwoPoolsTests
{
    private const string Shared = "each drive needs a port of its own";
    private const string SecondDrive = "nqn.2026-11.io.nodeagent:second:drive:00000000-0000-4000-8000-000000000301";

    [TestMethod]
    public async Task The_node_that_would_export_both_exports_the_first_and_names_the_port_for_the_second()
    {
        using var rig = new MirrorRig().Agreed("n2", 5, "n1", "n2");
        await rig.Upkeep.KeepAsync(default);
        using var second = Second(rig, "default");

        var kept = await second.Upkeep.KeepAsync(default);
        var health = (await second.Backend.ProbeAsync(default)).Value;

        Assert.AreEqual(FaultCode.PreconditionFailed, kept.Fault?.Code, kept.Fault?.ToString());
        Assert.Contains($"port 4500 of 10.0.1.1 serves {rig.Names.Subsystem(MirrorRig.Local(0))}", kept.Fault!.Why);
        Assert.Contains("option 'port'", kept.Fault.NextStep);
        Assert.AreEqual((HealthLevel.Failed, true), (health.Level, health.Remarks.Any(remark => remark.Contains(Shared, StringComparison.Ordinal))));
        Assert.HasCount(1, Links(rig, 9000));
    }

    [TestMethod]
    public async Task With_ports_of_their_own_both_are_exported()
    {
        using var rig = new MirrorRig().Agreed("n2", 5, "n1", "n2");
        await rig.Upkeep.KeepAsync(default);
        using var second = Second(rig, "4600");

        var kept = await second.Upkeep.KeepAsync(default);

        Assert.IsTrue(kept.IsOk, kept.Fault?.ToString());
        Assert.HasCount(1, Links(rig, 9000));
        Assert.HasCount(1, Links(rig, 9200));
    }

    [TestMethod]
    public async Task A_planned_promotion_is_refused_before_it_claims_and_the_first_volume_before_anything_is_built()
    {
        using var rig = new MirrorRig().Agreed("n2", 5, "n1", "n2");
        rig.PathsTo(0, MirrorRig.Remote(0), "live");
        await LeadsToAsync(rig, SecondDrive);
        rig.Commands.On("zdb -l", MirrorRig.Label(state: 1));

        var promoting = rig.Roles.PromoteAsync(MirrorRig.Grant(6), null, default);
        for (var second = 0; second < 60 && !promoting.IsCompleted; second++)
        {
            rig.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(5);
        }

        var promoted = await promoting;
        Assert.AreEqual((FaultCode.PreconditionFailed, "n2"), (promoted.Fault?.Code, rig.Certificate.Writer.Value));
        Assert.Contains($"port 4500 of 10.0.1.2 leads to {SecondDrive}", promoted.Fault!.Why);
        var probed = (await rig.Backend.ProbeAsync(default)).Value;
        rig.Notes.Note = new UnitNote("", 9);
        var created = await rig.Volumes.CreateAsync(new VolumeSpec(new VolumeId(MirrorRig.Unit, "v"), VolumeKind.Filesystem, 0), MirrorRig.Grant(6), default);

        Assert.Contains(Shared, created.Fault!.Why);
        Assert.AreEqual("", rig.Notes.Note.Text);
        Assert.AreEqual(HealthLevel.Failed, probed.Level);
    }

    [TestMethod]
    public async Task Nobody_is_kept_from_taking_over_the_pool_of_a_node_that_died()
    {
        using var rig = new MirrorRig().Agreed("n2", 5, "n1", "n2");
        rig.PathsTo(0, MirrorRig.Remote(0), "live");
        await LeadsToAsync(rig, SecondDrive);
        rig.Commands.On("zdb -l", MirrorRig.Label()).On("zpool status", MirrorRig.Status("OFFLINE", "OFFLINE"));
        rig.Commands.Answering("zpool import", () => rig.Imported());

        var promoted = await rig.Roles.PromoteAsync(MirrorRig.Grant(6), null, default);

        Assert.IsTrue(promoted.IsOk, promoted.Fault?.ToString());
    }

    private static async Task LeadsToAsync(MirrorRig rig, string drive)
    {
        foreach (var controller in Directory.EnumerateDirectories(Path.Combine(rig.Places.Class, "nvme")))
        {
            await File.WriteAllTextAsync(Path.Combine(controller, "subsysnqn"), drive + "\n");
        }
    }

    private static string[] Links(MirrorRig rig, int port) => Directory.GetFileSystemEntries(Path.Combine(rig.Places.Target, "ports", $"{port}", "subsystems"));

    private static SecondPool Second(MirrorRig first, string port) => new(first, port);

    /// <summary>Another backend over the same kernel, with a pool and drives of its own.</summary>
    private sealed class SecondPool : IDisposable
    {
        private readonly TempFolder state = new();

        public SecondPool(MirrorRig first, string port)
        {
            var local = new Guid("00000000-0000-4000-8000-000000000401");
            first.PlugIn(local, "vdx");
            var options = first.Options();
            options["site"] = "second";
            options["pool"] = "pond";
            options["pairs"] = $"{local}/00000000-0000-4000-8000-000000000301";
            if (port != "default")
            {
                options["port"] = port;
            }

            var notes = new MemoryNotes { Note = new UnitNote(first.Notes.Note.Text, 1) };
            var commands = new ScriptedCommands().On("zfs version", """{"zfs_version":{"userland":"zfs-2.3.9","kernel":"zfs-kmod-2.3.9"}}""");
            var context = new BackendContext(new BackendId("other"), new NodeId("n1"), options, state["state"], commands, first.Time, new Silence()) { Notes = notes };
            Directory.CreateDirectory(state["state"]);
            Backend = new MirrorBackend(context, OptionReading.From(context).Value, first.Places, (_, _, _) => Task.FromResult(true));
        }

        public IBackend Backend { get; }

        public IUpkeep Upkeep => Backend.Ability<IUpkeep>()!;

        public void Dispose() => state.Dispose();
    }

    private sealed class Silence : IBackendLog
    {
        public void Write(Severity severity, string message)
        {
        }
    }
}
