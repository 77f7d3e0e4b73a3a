using NodeAgent.Conformance;
using NodeAgent.Contract;
using NodeAgent.Plugins.DirectoryBackend;

namespace NodeAgent.Tests.Plugins.DirectoryBackend;

/// <summary>Directory backends for tests: on a folder, with a seam before every change on disk.</summary>
internal static class DirectoryLab
{
    /// <summary>Checks of the kit about what it has not got: programs that it runs.</summary>
    public static readonly IReadOnlyList<string> NotForIt =
    [
        "observe_reports_unknown_not_absent_on_timeout", "garbage_output_is_unparseable_not_empty",
        "cancel_returns_in_budget", "commands_have_deadlines", "cut_create_is_repaired_by_asking_again",
    ];

    public static ConformanceSubject Subject(string scratch) => new()
    {
        Name = "directory",
        ScratchFolder = scratch,
        OpenAsync = (seat, _) => Task.FromResult(
            new DirectoryBackendFactory().Create(Context(seat.StorageFolder, seat.Node, seat.Backend, seat.StateDirectory))),
    };

    public static BackendContext Context(string root, NodeId node, BackendId backend, string state) => new(
        backend, node, new Dictionary<string, string> { ["path"] = root }, state, new NoCommands(), TimeProvider.System, new NoLog());

    public static DirectoryStorage Open(string root, string node = "n1", Action<string>? beforeStep = null) =>
        new(root, Context(root, new NodeId(node), new BackendId("dir"), root), beforeStep);

    public static UnitId Unit(string name = "unit") => new(new BackendId("dir"), name);

    public static VolumeId Volume(string name = "data") => new(Unit(), name);

    public static WriteGrant Grant(long epoch = 1, string node = "n1", string unit = "unit") =>
        new(Unit(unit), new Epoch(epoch), new NodeId(node), Instant.Never);

    public static SnapshotId Snapshot(string name) => new(Unit(), name);

    private sealed class NoCommands : ICommands
    {
        public Task<Outcome<CommandResult>> RunAsync(Command command, CancellationToken cancellation) =>
            throw new InvalidOperationException("The directory backend runs no programs.");

        public IAsyncEnumerable<string> FollowAsync(Command command, CancellationToken cancellation) =>
            throw new InvalidOperationException("The directory backend runs no programs.");
    }

    private sealed class NoLog : IBackendLog
    {
        public void Write(Severity severity, string message)
        {
        }
    }
}
