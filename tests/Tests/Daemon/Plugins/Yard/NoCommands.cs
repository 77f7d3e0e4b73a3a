using NodeAgent.Contract;

namespace NodeAgent.Tests.Daemon.Plugins.Yard;

internal sealed class NoCommands : ICommands
{
    public Task<Outcome<CommandResult>> RunAsync(Command command, CancellationToken cancellation) =>
        Task.FromResult<Outcome<CommandResult>>(
            new Fault(FaultCode.NotFound, command.Tool, "no commands in this test", "", Retry.Never));

    public IAsyncEnumerable<string> FollowAsync(Command command, CancellationToken cancellation) =>
        AsyncEnumerable.Empty<string>();
}
