using System.Collections.Frozen;

using NodeAgent.Contract;

namespace NodeAgent.Linux.Commands;

/// <summary>A runner that knows only the tools of one plugin's manifest.</summary>
internal sealed class RestrictedCommands(CommandRunner runner, IEnumerable<string> allowedTools) : ICommands
{
    private readonly FrozenSet<string> allowed = allowedTools.ToFrozenSet(StringComparer.Ordinal);

    public Task<Outcome<CommandResult>> RunAsync(Command command, CancellationToken cancellation) =>
        allowed.Contains(command.Tool)
            ? runner.RunAsync(command, cancellation)
            : Task.FromResult<Outcome<CommandResult>>(Refuse(command));

    public IAsyncEnumerable<string> FollowAsync(Command command, CancellationToken cancellation)
    {
        if (allowed.Contains(command.Tool))
        {
            return runner.FollowAsync(command, cancellation);
        }

        _ = Refuse(command);
        return AsyncEnumerable.Empty<string>();
    }

    private Fault Refuse(Command command) => runner.Refuse(command, CommandFaults.NotAllowed(command.Tool, allowed));
}
