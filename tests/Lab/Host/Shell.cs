using System.Diagnostics;
using System.Text;

namespace NodeAgent.Lab.Host;

/// <summary>Runs commands on the machine that carries the lab. Every command has a limit.</summary>
public static class Shell
{
    public static async Task<Finished> RunAsync(
        IReadOnlyList<string> argv, TimeSpan limit, CancellationToken cancel, string? input = null, Action<string>? onLine = null)
    {
        using var process = Start(argv);
        var output = new StringBuilder();
        var errors = new StringBuilder();
        var reading = Task.WhenAll(
            ReadAsync(process.StandardOutput, output, onLine),
            ReadAsync(process.StandardError, errors, onLine));
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(limit);
        var timedOut = false;
        try
        {
            await FeedAsync(process, input);
            await process.WaitForExitAsync(deadline.Token);
            // A background grandchild may keep the pipe; the command itself is done.
            await Task.WhenAny(reading, Task.Delay(TimeSpan.FromSeconds(2), deadline.Token));
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancel.ThrowIfCancellationRequested();
            timedOut = true;
            await Task.WhenAny(reading, Task.Delay(TimeSpan.FromSeconds(1), CancellationToken.None));
        }

        return new Finished(string.Join(' ', argv), timedOut ? 124 : process.ExitCode, Copy(output), Copy(errors), timedOut);
    }

    public static Process Start(IReadOnlyList<string> argv)
    {
        var start = new ProcessStartInfo(argv[0], argv.Skip(1))
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start) ?? throw new LabFailure($"{argv[0]} did not start");
    }

    /// <summary>One argument for a POSIX shell.</summary>
    public static string Quote(string text) => "'" + text.Replace("'", "'\\''", StringComparison.Ordinal) + "'";

    private static async Task FeedAsync(Process process, string? input)
    {
        try
        {
            if (input is not null)
            {
                await process.StandardInput.WriteAsync(input);
            }

            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The command ended without reading; its exit code says why.
        }
    }

    private static async Task ReadAsync(StreamReader from, StringBuilder into, Action<string>? onLine)
    {
        while (await from.ReadLineAsync() is { } line)
        {
            lock (into)
            {
                into.Append(line).Append('\n');
            }

            onLine?.Invoke(line);
        }
    }

    private static string Copy(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }
}
