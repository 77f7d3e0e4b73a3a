using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

using NodeAgent.Contract;

namespace NodeAgent.Linux.Commands;

/// <summary>
/// Runs programs. Whatever a program leaves behind in its process group is killed when it ends; what is to live on,
/// such as a daemon, makes a session of its own. An exit code of 128 + n means that signal n ended the program.
/// </summary>
public sealed class CommandRunner : ICommands
{
    private readonly ToolFinder finder;
    private readonly Lanes lanes = new();
    private readonly ICommandObserver? observer;
    private readonly ConcurrentDictionary<int, RunningCommand> running = new();
    private readonly ConcurrentDictionary<int, RunningCommand> stuck = new();

    public CommandRunner(CommandRunnerOptions options, TimeProvider time, ICommandObserver? observer = null)
    {
        Options = options;
        Time = time;
        this.observer = observer;
        finder = new ToolFinder(options.ExtraFolders, options.ResourceAgents);
    }

    /// <summary>What runs now, for people to look at.</summary>
    public IReadOnlyCollection<RunningCommand> Running => [.. running.Values];

    /// <summary>What was killed and does not die.</summary>
    public IReadOnlyCollection<RunningCommand> Stuck => [.. stuck.Values];

    internal CommandRunnerOptions Options { get; }

    internal TimeProvider Time { get; }

    /// <summary>The same runner for one plugin: other tools than these are refused. Lanes are shared with everybody.</summary>
    public ICommands Restrict(IEnumerable<string> allowedTools) => new RestrictedCommands(this, allowedTools);

    /// <inheritdoc/>
    public async Task<Outcome<CommandResult>> RunAsync(Command command, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(command);
        cancellation.ThrowIfCancellationRequested();
        var tool = finder.Find(command.Tool);
        if (!tool.IsOk)
        {
            return Refuse(command, tool.Fault);
        }

        // Queues before it yields, so that the order of calls is the order in the lane. Then yields, for starting a
        // process takes a part of a millisecond that the caller may have better use for.
        var turn = await lanes.EnterAsync(command.Lane, cancellation).ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        if (!turn.IsOk)
        {
            return Refuse(command, turn.Fault);
        }

        var started = Start(tool.Value, command, command.Lane);
        if (!started.IsOk)
        {
            lanes.Leave(command.Lane);
            return Refuse(command, started.Fault);
        }

        var (child, entry) = started.Value;
        using var run = new CommandRun(this, child, command, entry);
        return await run.ToEndAsync(cancellation);
    }

    /// <summary>
    /// The lines that a program prints, each cut at the line limit. Nothing comes from a program that cannot be started;
    /// the observer is told. What runs when the caller stops listening is killed. Standard input is empty.
    /// </summary>
    public async IAsyncEnumerable<string> FollowAsync(
        Command command, [EnumeratorCancellation] CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(command);
        cancellation.ThrowIfCancellationRequested();
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var bare = command with { Input = null, Output = null };
        var tool = finder.Find(command.Tool);
        var started = tool.IsOk ? Start(tool.Value, bare, lane: string.Empty) : tool.Fault;
        if (!started.IsOk)
        {
            _ = Refuse(command, started.Fault);
            yield break;
        }

        var (child, entry) = started.Value;
        await using var follow = new CommandFollow(this, child, entry, cancellation);
        while (await follow.NextLineAsync() is { } line)
        {
            yield return line;
        }
    }

    /// <summary>Tells the observer that a command was refused, and hands the fault back.</summary>
    internal Fault Refuse(Command command, Fault fault)
    {
        observer?.Refused(command, fault);
        return fault;
    }

    /// <summary>Waits for a task, but no longer than the grace. Never throws for the wait itself.</summary>
    internal async Task WithinGraceAsync(Task task, CancellationToken cancellation)
    {
        if (task.IsCompleted)
        {
            return;
        }

        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var grace = Task.Delay(Options.KillGrace, Time, over.Token);
        _ = await Task.WhenAny(task, grace);
        await over.CancelAsync();
    }

    /// <summary>Reaps a child that ended or was killed; one that stays is put among the stuck. Frees or blocks its lane.</summary>
    /// <returns>The exit code; null if it is stuck.</returns>
    internal async Task<int?> EndAsync(Child child, RunningCommand entry, CommandEnd end)
    {
        using var waiting = new CancellationTokenSource();
        var exitCode = child.Reap();
        if (exitCode is null)
        {
            await WithinGraceAsync(child.ExitedAsync(waiting.Token), CancellationToken.None);
            await waiting.CancelAsync();
            exitCode = child.Reap();
        }

        _ = running.TryRemove(entry.Pid, out _);
        if (exitCode is null)
        {
            LeaveBehind(child, entry);
        }
        else
        {
            child.Dispose();
            lanes.Leave(entry.Lane);
        }

        observer?.Ended(entry, end, exitCode, Time.GetElapsedTime(entry.StartedTimestamp));
        return exitCode;
    }

    private Outcome<(Child Child, RunningCommand Entry)> Start(string path, Command command, string lane)
    {
        var child = ChildStart.Start(path, finder.SearchPath, command);
        if (!child.IsOk)
        {
            return child.Fault;
        }

        var verb = command.Verb.Length > 0 ? command.Verb : command.Arguments.FirstOrDefault(string.Empty);
        var entry = new RunningCommand(command.Tool, verb, lane, child.Value.Pid, Time.GetUtcNow())
        {
            StartedTimestamp = Time.GetTimestamp(),
        };
        running[entry.Pid] = entry;
        observer?.Started(entry);
        return (child.Value, entry);
    }

    private void LeaveBehind(Child child, RunningCommand entry)
    {
        stuck[entry.Pid] = entry;
        lanes.Block(entry.Lane, entry);
        observer?.Stuck(entry);
        _ = ReapLaterAsync(child, entry);
    }

    private async Task ReapLaterAsync(Child child, RunningCommand entry)
    {
        await child.ExitedAsync(CancellationToken.None);
        while (child.Reap() is null)
        {
            // It ended, but a debugger holds what is left of it.
            await Task.Delay(Options.KillGrace, Time);
        }

        child.Dispose();
        _ = stuck.TryRemove(entry.Pid, out _);
        lanes.Leave(entry.Lane);
        observer?.Unstuck(entry, Time.GetElapsedTime(entry.StartedTimestamp));
    }
}
