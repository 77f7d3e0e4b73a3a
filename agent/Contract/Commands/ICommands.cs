namespace NodeAgent.Contract;

/// <summary>
/// The only door to programs. Each gets LC_ALL=C, a clean environment, its own process group and a deadline; a
/// program that cannot be killed is counted and left behind, never waited for.
/// </summary>
public interface ICommands
{
    /// <summary>
    /// Runs a program to its end. Faults: not installed is <see cref="FaultCode.NotFound"/>; not listed in the manifest
    /// is <see cref="FaultCode.PermissionDenied"/>; the lane is blocked by a stuck program:
    /// <see cref="FaultCode.Busy"/>; the deadline passed: <see cref="FaultCode.TimedOut"/>.
    /// </summary>
    Task<Outcome<CommandResult>> RunAsync(Command command, CancellationToken cancellation);

    /// <summary>The lines that a program prints, as it prints them; ends when the program does. Deadline and lane do not count.</summary>
    IAsyncEnumerable<string> FollowAsync(Command command, CancellationToken cancellation);
}
