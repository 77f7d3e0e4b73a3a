using System.Collections.Immutable;
using NodeAgent.Contract;
using NodeAgent.Plugins.LinstorBackend;
using NodeAgent.Plugins.LinstorBackend.Certificates;
using NodeAgent.Tests.Plugins.NvmeMirror;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Plugins.Linstor;

/// <summary>
/// Both nodes of a resource, each with an agent of its own over its own kernel, and one store. When both kernels want to connect,
/// they do what 8.4 does: compare histories, split or copy one over the other, whatever that costs.
/// </summary>
internal sealed class PartedPair : IDisposable
{
    public static readonly UnitId Unit = new(new BackendId("drbd"), "data");
    private const string Common = "0000000000000080:0000000000000070:1:1:0:1:0:0:0";
    private readonly TempFolder folder = new();
    private readonly List<string> target = [];

    public PartedPair(string inSync = "n1")
    {
        (N1, N2) = (new Side(this, "n1"), new Side(this, "n2"));
        var certificate = new Certificate(new NodeId("n1"), new Epoch(5), inSync.Split(',', StringSplitOptions.RemoveEmptyEntries).ToImmutableSortedSet(StringComparer.Ordinal), "told by the test");
        Notes.Note = new UnitNote(certificate.ToText(), 7);
    }

    public Side N1 { get; }

    public Side N2 { get; }

    public MemoryNotes Notes { get; } = new();

    public ManualTimeProvider Time { get; } = new();

    public Certificate Certificate => Certificate.Parse("", Notes.Note.Text).Value;

    public string InSync => string.Join(',', Certificate.InSync);

    /// <summary>Both wrote for themselves, and the kernels have seen that.</summary>
    public PartedPair Split()
    {
        N1.Wrote("one", $"00000000000000C4:00000000000000A0:{Common}", "");
        N2.Wrote("two", $"00000000000000B2:00000000000000A0:{Common}", "");
        return this;
    }

    /// <summary>Only n2 wrote on: the kernel would copy n2 over n1.</summary>
    public PartedPair OnlyTheOtherWrote(string connection = "")
    {
        N1.Wrote("one", $"00000000000000A0:0000000000000000:{Common}", connection);
        N2.Wrote("two", $"00000000000000B2:00000000000000A0:{Common}", connection);
        return this;
    }

    /// <summary>What both show now, as the host asks for it.</summary>
    public async Task<CopyChoice> ChoiceAsync(string keep = "n1", bool mayLose = false)
    {
        var sides = new List<CopySide>();
        foreach (var side in new[] { N2, N1 })
        {
            var read = await side.Choice.ReadSideAsync(Unit, default);
            Assert.IsTrue(read.IsOk, read.Fault?.ToString());
            sides.Add(read.Value);
        }

        return new CopyChoice(Unit, new NodeId(keep), sides) { MayLose = mayLose };
    }

    public async Task<Outcome> ChooseAsync(string keep = "n1", bool mayLose = false) => await N1.Choice.ChooseAsync(await ChoiceAsync(keep, mayLose), default);

    /// <summary>Seconds in which both agents look after it and the kernels go on.</summary>
    public async Task KeepAsync(int seconds)
    {
        for (var second = 0; second < seconds; second++)
        {
            await N1.StepAsync();
            await N2.StepAsync();
            Meet();
            Time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    public void Dispose() => folder.Dispose();

    private void Meet()
    {
        var (one, two) = (N1.Kernel, N2.Kernel);
        Notice(one, two);
        Notice(two, one);
        if (target.Count > 0)
        {
            Finish();
        }
        else if (one is { Connection: "Connecting", IsThere: true } && two is { Connection: "Connecting", IsThere: true })
        {
            Handshake(one, two);
        }
    }

    // One of the two has disconnected: the other waits for it to come back, and is copied to or from no more.
    private void Notice(DrbdModel mine, DrbdModel other)
    {
        if (mine.Connection == "Connected" && other.Connection != "Connected")
        {
            (mine.Connection, mine.PeerRole, mine.PeerDisk, mine.Replication) = ("Connecting", "Unknown", "DUnknown", "Off");
            target.Clear();
        }
    }

    private void Handshake(DrbdModel one, DrbdModel two)
    {
        var (a, b) = (one.Generations.Split(':'), two.Generations.Split(':'));
        var overwritten =
            one.Disk == "Inconsistent" || two.Disk == "Inconsistent" ? (one.Disk == "Inconsistent" ? one : two)
            : a[0] == b[0] ? null
            : b.AsSpan(1, 3).Contains(a[0]) ? one
            : a.AsSpan(1, 3).Contains(b[0]) ? two
            : one.GivesWay == two.GivesWay ? Drop(one, two)
            : one.GivesWay ? one : two;
        if (one.Connection != "Connecting")
        {
            return;
        }

        if (overwritten?.Role == "Primary")
        {
            _ = Drop(one, two);
            return;
        }

        foreach (var (mine, other) in new[] { (one, two), (two, one) })
        {
            (mine.Connection, mine.PeerRole) = ("Connected", other.Role);
            (mine.Disk, mine.PeerDisk, mine.Replication) =
                overwritten is null ? ("UpToDate", "UpToDate", "Established")
                : overwritten == mine ? ("Inconsistent", "UpToDate", "SyncTarget")
                : ("UpToDate", "Inconsistent", "SyncSource");
        }

        if (overwritten is not null)
        {
            target.Add(overwritten == one ? "n1" : "n2");
        }
    }

    private void Finish()
    {
        var (to, from) = target[0] == "n1" ? (N1.Kernel, N2.Kernel) : (N2.Kernel, N1.Kernel);
        target.Clear();
        (to.Data, to.Generations, to.GivesWay) = (from.Data, from.Generations, false);
        foreach (var kernel in new[] { to, from })
        {
            (kernel.Disk, kernel.PeerDisk, kernel.Replication) = ("UpToDate", "UpToDate", "Established");
        }
    }

    private static DrbdModel? Drop(DrbdModel one, DrbdModel two)
    {
        foreach (var kernel in new[] { one, two })
        {
            (kernel.Connection, kernel.PeerRole, kernel.PeerDisk, kernel.Replication, kernel.GivesWay) = ("StandAlone", "Unknown", "DUnknown", "Off", false);
        }

        return null;
    }

    /// <summary>One node.</summary>
    internal sealed class Side
    {
        private readonly PartedPair pair;
        private readonly string node;
        private readonly Places places;

        public Side(PartedPair pair, string node)
        {
            (this.pair, this.node) = (pair, node);
            places = Places.Below(pair.folder[$"{node}-kernel"]);
            Directory.CreateDirectory(Path.Combine(places.Blocks, "drbd0"));
            Directory.CreateDirectory(pair.folder[$"{node}-state"]);
            File.WriteAllText(Path.Combine(places.Blocks, "drbd0", "size"), "2048\n");
            File.WriteAllText(places.Mounts, "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n");
            File.WriteAllText(places.ModuleVersion, "8.4.11\n");
            Kernel = new DrbdModel(places.Mounts);
            Restart();
        }

        public DrbdModel Kernel { get; }

        public DrbdBackend Backend { get; private set; } = null!;

        public Outcome Last { get; private set; }

        public bool IsAgentUp { get; set; } = true;

        public ICopyChoice Choice => Backend.Ability<ICopyChoice>()!;

        public string StateFile(string name) => Path.Combine(pair.folder[$"{node}-state"], name);

        public void Wrote(string data, string generations, string connection)
        {
            (Kernel.Data, Kernel.Generations, Kernel.Connection) = (data, generations, connection);
            (Kernel.PeerRole, Kernel.PeerDisk, Kernel.Replication) = ("Unknown", "DUnknown", "Off");
        }

        /// <summary>The agent is killed, and another one starts.</summary>
        public void Restart(string resources = "data=filesystem")
        {
            Kernel.DiesAfter = null;
            var options = new Dictionary<string, string>(StringComparer.Ordinal) { ["nodes"] = "n1,n2", ["resources"] = resources, ["mountpoint"] = pair.folder[$"{node}-mnt"] };
            var context = new BackendContext(Unit.Backend, new NodeId(node), options, pair.folder[$"{node}-state"], Kernel, pair.Time, new Silence()) { Notes = pair.Notes };
            Backend = new DrbdBackend(context, OptionReading.From(context).Value, places);
        }

        /// <summary>Everything is gone that a reboot takes.</summary>
        public void Reboot()
        {
            (Kernel.IsThere, Kernel.Connection, Kernel.GivesWay, Kernel.Role) = (false, "", false, "Secondary");
            File.WriteAllText(places.BootId, Guid.NewGuid().ToString());
            Restart();
        }

        public async Task StepAsync()
        {
            if (IsAgentUp)
            {
                Last = await Backend.Ability<IUpkeep>()!.KeepAsync(default);
            }
        }

        public async Task<Outcome<RoleReport>> PromoteAsync(long epoch)
        {
            var work = Backend.Ability<IRoles>()!.PromoteAsync(new WriteGrant(Unit, new Epoch(epoch), new NodeId(node), Instant.Never), null, default);
            while (!work.IsCompleted)
            {
                pair.Time.Advance(TimeSpan.FromSeconds(1));
                await Task.Yield();
            }

            return await work;
        }
    }

    private sealed class Silence : IBackendLog
    {
        public void Write(Severity severity, string message)
        {
        }
    }
}
