using System.Collections.Immutable;
using NodeAgent.Contract;
using NodeAgent.Plugins.LinstorBackend;
using NodeAgent.Plugins.LinstorBackend.Certificates;
using NodeAgent.Tests.Plugins.NvmeMirror;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Plugins.Linstor;

/// <summary>A backend on n1 of n1 and n2 over a model of the kernel, with a store in memory.</summary>
internal sealed class DrbdRig : IDisposable
{
    public static readonly UnitId Unit = new(new BackendId("drbd"), "data");
    private readonly TempFolder folder = new();

    public DrbdRig(string kind = "filesystem", string? module = "8.4.11")
    {
        Places = Places.Below(folder["kernel"]);
        Directory.CreateDirectory(Path.Combine(Places.Blocks, "drbd0"));
        Directory.CreateDirectory(folder["state"]);
        File.WriteAllText(Path.Combine(Places.Blocks, "drbd0", "size"), "2048\n");
        File.WriteAllText(Places.Mounts, "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n");
        if (module is not null)
        {
            File.WriteAllText(Places.ModuleVersion, module + "\n");
        }

        Kind = kind;
        Kernel = new DrbdModel(Places.Mounts);
        Backend = Made();

        // What every order rests on: nothing goes on without the peer before the cluster knows that the peer's copy is out of date.
        Kernel.Before["drbdadm primary --force"] = () => RequireRecorded("forced");
        Kernel.Before["drbdsetup verify"] = Kernel.Before["drbdadm verify"] = Kernel.Before["drbdsetup disk-options"] = () => Assert.AreEqual("Secondary", Kernel.Role, "on a primary the kernel may wait for writes that nothing ends any more");
        Kernel.Before["drbdadm resume-io"] = () => RequireRecorded("let writes go");
    }

    public Places Places { get; }

    public string Kind { get; }

    public MemoryNotes Notes { get; } = new();

    public DrbdModel Kernel { get; }

    public ManualTimeProvider Time { get; } = new();

    public IBackend Backend { get; private set; }

    public IRoles Roles => Backend.Ability<IRoles>()!;

    public IUpkeep Upkeep => Backend.Ability<IUpkeep>()!;

    public IVolumes Volumes => Backend.Ability<IVolumes>()!;

    public Certificate Certificate => Certificate.Parse("", Notes.Note.Text).Value;

    public string InSync => string.Join(',', Certificate.InSync);

    public string Mountpoint => folder["mnt"];

    /// <summary>A file of the backend's state folder.</summary>
    public string StateFile(string name) => Path.Combine(folder["state"], name);

    /// <summary>The mark on disk of a rollback that has not ended.</summary>
    public bool IsMarkedGoingBack => File.Exists(Path.Combine(folder["state"], "going-back-data"));

    /// <summary>Options beyond those that every rig has.</summary>
    public Dictionary<string, string> More { get; } = new(StringComparer.Ordinal);

    public ISnapshots Snapshots => Backend.Ability<ISnapshots>()!;

    public static WriteGrant Grant(long epoch, string holder = "n1") => new(Unit, new Epoch(epoch), new NodeId(holder), Instant.Never);

    public static VolumeSpec Spec(long bytes = 0, VolumeKind kind = VolumeKind.Filesystem) => new(new VolumeId(Unit, "0"), kind, bytes);

    /// <summary>What the cluster has agreed.</summary>
    public DrbdRig Agreed(string writer, long epoch, params string[] inSync)
    {
        var certificate = new Certificate(new NodeId(writer), new Epoch(epoch), inSync.ToImmutableSortedSet(StringComparer.Ordinal), "told by the test");
        Notes.Note = new UnitNote(certificate.ToText(), Notes.Note.Version + 1);
        return this;
    }

    /// <summary>This node is the writer and mounted, and both copies are whole.</summary>
    public DrbdRig Writing(params string[] inSync)
    {
        _ = Agreed("n1", 5, inSync);
        Kernel.Role = "Primary";
        File.AppendAllText(Places.Mounts, $"40 1 147:0 / {Mountpoint}/data/0 rw - ext4 /dev/drbd0 rw\n");
        return this;
    }

    /// <summary>The node's boot has a name from now on.</summary>
    public DrbdRig Booted(string boot)
    {
        File.WriteAllText(Places.BootId, boot + "\n");
        return this;
    }

    /// <summary>The agent is killed, and another one starts over what is on disk and in the kernel.</summary>
    public void Restart()
    {
        Kernel.DiesAfter = null;
        Backend = Made();
    }

    /// <summary>Promotes while time goes on.</summary>
    public Task<Outcome<RoleReport>> PromoteAsync(long epoch = 6) => InTimeAsync(Roles.PromoteAsync(Grant(epoch), null, default));

    /// <summary>Demotes while time goes on.</summary>
    public Task<Outcome<RoleReport>> DemoteAsync() => InTimeAsync(Roles.DemoteAsync(Unit, null, default));

    /// <summary>Seconds of upkeep; the last one's outcome.</summary>
    public async Task<Outcome> KeepAsync(int seconds = 1)
    {
        var last = Outcome.Done;
        for (var second = 0; second < seconds; second++)
        {
            last = await Upkeep.KeepAsync(default);
            Time.Advance(TimeSpan.FromSeconds(1));
        }

        return last;
    }

    public BackendContext Context(string node = "n1", Dictionary<string, string>? options = null) =>
        new(Unit.Backend, new NodeId(node), options ?? Options(), folder["state"], Kernel, Time, new Silence()) { Notes = Notes };

    public Dictionary<string, string> Options()
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["nodes"] = "n1,n2",
            ["resources"] = $"data={Kind}",
            ["mountpoint"] = Mountpoint,
        };
        More.ToList().ForEach(option => options[option.Key] = option.Value);
        return options;
    }

    /// <summary>The backend is made anew, with controllers.</summary>
    public DrbdRig Controlled(params IEnumerable<string> controllers)
    {
        (More["controllers"], More["resource_group"]) = (string.Join(',', controllers), "grp");
        Restart();
        return this;
    }

    /// <summary>Something that waits for the kernel and for a controller: time goes on only while nothing but the kernel is waited for.</summary>
    public async Task<T> ProvisionAsync<T>(Task<T> work)
    {
        for (var tries = 0; !work.IsCompleted; tries++)
        {
            Assert.IsLessThan(20_000, tries, "it does not end");
            await Task.Delay(1);
            if (Time.UntilNextTimer is { } next && next <= TimeSpan.FromSeconds(1))
            {
                _ = Time.AdvanceToNextTimer();
            }
        }

        return await work;
    }

    public void Dispose() => folder.Dispose();

    private async Task<Outcome<RoleReport>> InTimeAsync(Task<Outcome<RoleReport>> work)
    {
        while (!work.IsCompleted)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        return await work;
    }

    private DrbdBackend Made() => new(Context(), OptionReading.From(Context()).Value, Places);

    private void RequireRecorded(string did)
    {
        Assert.AreEqual(new NodeId("n1"), Certificate.Writer, $"{did} while the cluster names another writer");
        Assert.AreEqual("n1", InSync, $"{did} before the cluster recorded that the peer is out of date");
        Assert.AreNotEqual("Connected", did == "forced" ? Kernel.Connection : "", "forced while a connection may come up");
    }

    private sealed class Silence : IBackendLog
    {
        public void Write(Severity severity, string message)
        {
        }
    }
}
