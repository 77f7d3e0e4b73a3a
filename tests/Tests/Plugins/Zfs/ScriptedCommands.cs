using System.Runtime.CompilerServices;
using System.Text;
using NodeAgent.Contract;

namespace NodeAgent.Tests.Plugins.Zfs;

/// <summary>Answers commands as told, in order for each line, and remembers what was asked.</summary>
internal sealed class ScriptedCommands : ICommands
{
    private readonly Dictionary<string, Queue<Outcome<CommandResult>>> answers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Action> effects = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TaskCompletionSource> held = new(StringComparer.Ordinal);
    private readonly HashSet<string> killable = new(StringComparer.Ordinal);

    public List<string> Asked { get; } = [];

    public List<Command> Commands { get; } = [];

    public string[] Lines { get; set; } = [];

    /// <summary>Commands that change something.</summary>
    public IEnumerable<string> Changes =>
        Asked.Where(line => !line.StartsWith("zfs list", StringComparison.Ordinal) && !line.StartsWith("zfs holds", StringComparison.Ordinal)
            && !line.StartsWith("zpool list", StringComparison.Ordinal));

    /// <summary>The last answer to a beginning is given again and again.</summary>
    public ScriptedCommands On(string beginning, string output, int exitCode = 0, string error = "") =>
        On(beginning, new CommandResult(exitCode, output, error, 0, Encoding.UTF8.GetByteCount(output)));

    public ScriptedCommands On(string beginning, Outcome<CommandResult> answer)
    {
        if (!answers.TryGetValue(beginning, out var queue))
        {
            answers[beginning] = queue = new();
        }

        queue.Enqueue(answer);
        return this;
    }

    /// <summary>What a command that begins so does to the world.</summary>
    public void Answering(string beginning, Action effect) => effects[beginning] = effect;

    /// <summary>A command that begins so does not end before it is told to.</summary>
    public TaskCompletionSource Holding(string beginning) => held[beginning] = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What is held stays held; others that begin so are answered from now on.</summary>
    public void LetGo(string beginning) => held.Remove(beginning);

    /// <summary>A command that begins so does not end before it is killed.</summary>
    public void HoldingUntilKilled(string beginning)
    {
        killable.Add(beginning);
        Holding(beginning);
    }

    /// <summary>From now on, this answer and no other.</summary>
    public void Replace(string beginning, string output)
    {
        answers.Remove(beginning);
        On(beginning, output);
    }

    public async Task<Outcome<CommandResult>> RunAsync(Command command, CancellationToken cancellation)
    {
        var line = $"{command.Tool} {string.Join(' ', command.Arguments)}";
        Asked.Add(line);
        Commands.Add(command);
        foreach (var effect in effects.Where(effect => line.StartsWith(effect.Key, StringComparison.Ordinal)).Select(effect => effect.Value).ToList())
        {
            effect();
        }

        foreach (var (beginning, end) in held.Where(one => line.StartsWith(one.Key, StringComparison.Ordinal)).ToList())
        {
            await (killable.Contains(beginning) ? end.Task.WaitAsync(cancellation) : end.Task);
        }

        var match = answers.Keys.Where(key => line.StartsWith(key, StringComparison.Ordinal)).MaxBy(key => key.Length);
        if (match is null)
        {
            return new CommandResult(0, "", "", 0, 0);
        }

        var answer = answers[match].Count > 1 ? answers[match].Dequeue() : answers[match].Peek();
        if (answer.IsOk && command.Output is { } output)
        {
            await output.WriteAsync(Encoding.UTF8.GetBytes(answer.Value.Output), cancellation);
        }

        return answer;
    }

    public async IAsyncEnumerable<string> FollowAsync(Command command, [EnumeratorCancellation] CancellationToken cancellation)
    {
        Asked.Add($"{command.Tool} {string.Join(' ', command.Arguments)}");
        foreach (var line in Lines)
        {
            await Task.Yield();
            yield return line;
        }
    }
}
