using NodeAgent.Contract;

namespace NodeAgent.Linux.Commands;

/// <summary>Is told what the runner does, for metrics and logs. Called on any thread; must neither block nor throw.</summary>
public interface ICommandObserver
{
    /// <summary>A command was not started: not installed, not allowed, lane blocked.</summary>
    void Refused(Command command, Fault fault);

    /// <summary>A program runs.</summary>
    void Started(RunningCommand command);

    /// <summary>A program ended or was killed. The exit code is null if it is not known, as for one that is stuck.</summary>
    void Ended(RunningCommand command, CommandEnd end, int? exitCode, TimeSpan duration);

    /// <summary>A killed program does not die and is left behind; <see cref="Ended"/> follows at once.</summary>
    void Stuck(RunningCommand command);

    /// <summary>A stuck program is gone at last; its lane is free.</summary>
    void Unstuck(RunningCommand command, TimeSpan duration);
}
