using NodeAgent.Contract;

namespace NodeAgent.Tests.Daemon.Cli;

/// <summary>Programs that all print the same.</summary>
internal sealed class FakeCommands(string output) : ICommands
{
    public Task<Outcome<CommandResult>> RunAsync(Command command, CancellationToken cancellation) =>
        Task.FromResult(Outcome.Ok(new CommandResult(0, output, "", 0, output.Length)));

    public IAsyncEnumerable<string> FollowAsync(Command command, CancellationToken cancellation) => AsyncEnumerable.Empty<string>();
}
