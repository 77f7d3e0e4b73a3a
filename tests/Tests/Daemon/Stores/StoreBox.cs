using NodeAgent.Contract;
using NodeAgent.Daemon.Stores;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Stores;

/// <summary>A box whose root is a folder, and whose systemctl only takes notes.</summary>
internal sealed class StoreBox : ICommands, IDisposable
{
    private readonly TempFolder folder = new();

    public StoreBox()
    {
        Directory.CreateDirectory(In("usr/bin"));
        File.WriteAllText(In("usr/bin/etcd"), "");
    }

    public List<string> Ran { get; } = [];

    public int ExitCode { get; init; }

    public string In(string path) => folder[path];

    public async Task<Outcome<FoundedReport>> FoundAsync(NodeId self, IEnumerable<string> nodes, string? witness)
    {
        var seats = StoreSeats.Parse(nodes, witness);
        return seats.IsOk
            ? await new StoreFounding(new(folder.Path, In("state")), this, TimeProvider.System).RunAsync(self, seats.Value, "0123456789abcdef", CancellationToken.None)
            : seats.Fault;
    }

    public Task<Outcome<CommandResult>> RunAsync(Command command, CancellationToken cancellation)
    {
        Ran.Add($"{command.Tool} {string.Join(' ', command.Arguments)}");
        return Task.FromResult(Outcome.Ok(new CommandResult(ExitCode, "", ExitCode == 0 ? "" : "no systemd here", 0, 0)));
    }

    public IAsyncEnumerable<string> FollowAsync(Command command, CancellationToken cancellation) => AsyncEnumerable.Empty<string>();

    public void Dispose() => folder.Dispose();
}
