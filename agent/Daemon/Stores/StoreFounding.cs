using System.Collections.Immutable;
using System.Text;
using NodeAgent.Cluster.Setup;
using NodeAgent.Contract;
using NodeAgent.Linux.Files;

namespace NodeAgent.Daemon.Stores;

/// <summary>
/// <c>cluster init --store</c>: this node's seat in a new etcd, and an archive for each other one. Nothing is written
/// before all is known to be right; what lets the member start is written last. Until then it may be repeated.
/// </summary>
internal sealed class StoreFounding(StorePlaces places, ICommands commands, TimeProvider time)
{
    private const string UnitName = "nodeagent-etcd.service";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Readable = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>What is to be done on the box of a seat, line by line.</summary>
    public static IEnumerable<string> NextOn(EtcdSeat seat, string archive) =>
    [
        $"on {seat.Name}{(seat.IsWitness ? " (witness)" : "")}: apt install etcd-server; copy {archive} from here over ssh, it holds a key",
        // The archive lets a member start empty: unpacked again on a box that lost its data it would let it forget.
        $"on {seat.Name}: tar -C / -xpf {Path.GetFileName(archive)} && shred -u {Path.GetFileName(archive)} && systemctl daemon-reload && systemctl enable --now {UnitName}{(seat.IsWitness ? "" : " && systemctl restart nodeagent")}",
    ];

    /// <summary>The text of the member's unit.</summary>
    public static string Unit()
    {
        using var stream = typeof(StoreFounding).Assembly.GetManifestResourceStream(UnitName) ?? throw new InvalidOperationException($"{UnitName} was not built in.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>What stands in the way; null if nothing does.</summary>
    public Fault? Check(NodeId self, ImmutableArray<EtcdSeat> seats) =>
        SetupOf(self.Value, seats, "c").Check() is { } wrong ? wrong
        : seats.First(seat => seat.Name == self.Value).IsWitness ? Stopped(FaultCode.InvalidArgument, $"{self} is this node, and a witness is a box without agent", $"Name {self} in --store.")
        : File.Exists(In(EtcdSetup.File)) ? Stopped(FaultCode.AlreadyExists, $"{EtcdSetup.File} is here: this node has a seat already", "Look at 'nodeagent cluster store'.")
        : Directory.Exists(In($"{EtcdSetup.Folder}/member")) ? Stopped(
            FaultCode.AlreadyExists, $"{EtcdSetup.Folder} holds the data of an earlier store: its member would go on in that one", $"If nobody needs it: mv {EtcdSetup.Folder} {EtcdSetup.Folder}.old")
        : !File.Exists(places.Program) ? Stopped(FaultCode.PreconditionFailed, "there is no /usr/bin/etcd", "apt install etcd-server")
        : null;

    /// <summary>Sets all up and starts this node's member.</summary>
    public async Task<Outcome<FoundedReport>> RunAsync(NodeId self, ImmutableArray<EtcdSeat> seats, string cluster, CancellationToken cancellation)
    {
        if (Check(self, seats) is { } wrong)
        {
            return wrong;
        }

        using var authority = StoreAuthority.Create(cluster, time.GetUtcNow());
        var written = Write(self.Value, seats, cluster, authority);
        if (!written.IsOk)
        {
            return written.Fault;
        }

        var enabled = await SystemctlAsync(["enable", UnitName], cancellation);
        // It is ready when a majority runs, and that is still to come.
        var started = enabled.IsOk ? await SystemctlAsync(["start", "--no-block", UnitName], cancellation) : enabled;
        return started.IsOk
            ? new FoundedReport($"this node's member of the store is set up; the store answers when {(seats.Length / 2) + 1} of {seats.Length} members run", Next(self.Value, seats))
            : started.Fault with { NextStep = $"All files are in place. Then: systemctl enable --now {UnitName}; {string.Join("; ", Next(self.Value, seats))}" };
    }

    private static EtcdSetup SetupOf(string seat, ImmutableArray<EtcdSeat> seats, string cluster) =>
        new(seats.FirstOrDefault(one => one.Name == seat) ?? new(seat, ""), seats, Joining: false, cluster);

    private Outcome Write(string self, ImmutableArray<EtcdSeat> seats, string cluster, StoreAuthority authority)
    {
        var unit = Unit();
        Directory.CreateDirectory(places.Folder, OwnerOnly);
        var outcome = AtomicFile.Write(places.Authority, Encoding.ASCII.GetBytes(authority.SecretPem));
        foreach (var seat in seats.OrderBy(seat => seat.Name == self))
        {
            var files = SeatFiles.Of(SetupOf(seat.Name, seats, cluster), authority, unit, time.GetUtcNow());
            outcome = !outcome.IsOk ? outcome
                : !files.IsOk ? files.Fault
                : seat.Name == self ? Place(files.Value)
                : AtomicFile.Write(places.ArchiveOf(seat.Name), SeatArchive.Pack(files.Value, time.GetUtcNow()));
        }

        return outcome;
    }

    private Outcome Place(IReadOnlyList<SeatFile> files)
    {
        Directory.CreateDirectory(In(SeatFiles.Certificates), OwnerOnly);
        var outcome = Outcome.Done;
        foreach (var file in files)
        {
            var path = In("/" + file.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!, file.IsSecret ? OwnerOnly : Readable);
            outcome = outcome.IsOk ? AtomicFile.Write(path, Encoding.UTF8.GetBytes(file.Text), file.Mode) : outcome;
        }

        return outcome;
    }

    private List<string> Next(string self, ImmutableArray<EtcdSeat> seats) =>
    [
        .. seats.Where(seat => seat.Name != self).SelectMany(seat => NextOn(seat, places.ArchiveOf(seat.Name))),
        "here, when a majority runs: systemctl restart nodeagent; then 'nodeagent cluster store'",
    ];

    private string In(string path) => Path.Join(places.Root, path);

    private async Task<Outcome> SystemctlAsync(IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        var run = await commands.RunAsync(new Command("systemctl", arguments), cancellation);
        return !run.IsOk ? run.Fault
            : run.Value.ExitCode == 0 ? Outcome.Done
            : Stopped(FaultCode.PreconditionFailed, $"systemctl {string.Join(' ', arguments)}: {run.Value.ErrorOutput.Trim()}", "");
    }

    private static Fault Stopped(FaultCode code, string why, string next) => new(code, "cannot set up the store", why, next, Retry.AfterFix);
}
