using NodeAgent.Contract;

namespace NodeAgent.Plugins.ZfsBackend.Tool;

/// <summary>Runs zfs and zpool: with deadline, one at a time for each pool, errors as faults.</summary>
internal sealed class ZfsTool(ICommands commands, string pool)
{
    private static readonly TimeSpan LookDeadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ChangeDeadline = TimeSpan.FromMinutes(2);

    // The host watches the progress of a stream and cancels it; this only bounds what nobody watches.
    private static readonly TimeSpan StreamDeadline = TimeSpan.FromDays(2);

    public ICommands Commands => commands;

    public string Pool => pool;

    /// <summary>Looks and changes nothing; the output is returned.</summary>
    public Task<Outcome<string>> LookAsync(string what, string tool, IReadOnlyList<string> arguments, CancellationToken cancellation) =>
        OutputAsync(what, Short(tool, arguments, LookDeadline), cancellation);

    /// <summary>
    /// How the pool is. Not in the pool's lane: a command that waits for a suspended pool cannot be killed and blocks that for
    /// good, and then nobody would learn why.
    /// </summary>
    public Task<Outcome<string>> StatusAsync(string what, CancellationToken cancellation) =>
        OutputAsync(what, Short("zpool", ["status", "-j", "--json-int", pool], LookDeadline) with { Lane = $"{pool}:status" }, cancellation);

    /// <summary>Changes something; the output is returned.</summary>
    public Task<Outcome<string>> ChangeAsync(string what, IReadOnlyList<string> arguments, CancellationToken cancellation) =>
        OutputAsync(what, Short("zfs", arguments, ChangeDeadline), cancellation);

    /// <summary>Changes something, fed from a stream.</summary>
    public Task<Outcome<string>> ChangeAsync(
        string what, IReadOnlyList<string> arguments, Stream input, CancellationToken cancellation) =>
        OutputAsync(what, Short("zfs", arguments, ChangeDeadline) with { Input = input }, cancellation);

    /// <summary>Writes out everything that the pool has acknowledged.</summary>
    public async Task<Outcome> SyncAsync(string what, CancellationToken cancellation)
    {
        var synced = await OutputAsync(what, Short("zpool", ["sync", pool], ChangeDeadline), cancellation);
        return synced.WithoutValue();
    }

    /// <summary>Sends or receives. Not in the pool's lane: a stream may take hours and must not hold up the rest.</summary>
    public Task<Outcome<CommandResult>> StreamAsync(Command command, string dataset, CancellationToken cancellation) =>
        commands.RunAsync(command with { Lane = $"{pool}:{command.Arguments[0]}:{dataset}", Deadline = StreamDeadline }, cancellation);

    private Command Short(string tool, IReadOnlyList<string> arguments, TimeSpan deadline) =>
        new(tool, arguments) { Lane = pool, Deadline = deadline, OutputLimit = 64 * 1024 * 1024, Verb = arguments[0] };

    private async Task<Outcome<string>> OutputAsync(string what, Command command, CancellationToken cancellation)
    {
        var result = await commands.RunAsync(command, cancellation);
        if (!result.IsOk)
        {
            return result.Fault.Code == FaultCode.NotFound ? NotInstalled(what, command.Tool, result.Fault) : result.Fault.About(what);
        }

        return result.Value.ExitCode == 0 ? result.Value.Output : ToolFaults.From(what, result.Value);
    }

    // A tool that is not there must never read like a dataset that is not there.
    private static Fault NotInstalled(string what, string tool, Fault fault) => new(
        FaultCode.ControlPlaneUnavailable,
        what,
        $"the program '{tool}' is not installed",
        "Install zfsutils-linux.",
        Retry.AfterFix) { Native = fault.Native };
}
