using NodeAgent.Contract;

namespace NodeAgent.Tests.Daemon.Benchmarks;

/// <summary>A system without the program.</summary>
internal sealed class NoFio : ICommands
{
    public Task<Outcome<CommandResult>> RunAsync(Command command, CancellationToken cancellation) =>
        Task.FromResult(new Outcome<CommandResult>(new Fault(FaultCode.NotFound, $"cannot run {command.Tool}", "there is no such program", "", Retry.AfterFix)));

    public IAsyncEnumerable<string> FollowAsync(Command command, CancellationToken cancellation) => AsyncEnumerable.Empty<string>();
}
