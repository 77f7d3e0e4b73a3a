using System.Diagnostics;
using NodeAgent.Bench.Measures;
using NodeAgent.Bench.Running;
using NodeAgent.Contract;
using NodeAgent.Linux.Commands;

namespace NodeAgent.Bench.Benchmarks;

/// <summary>How fast the output of a program can be read.</summary>
internal sealed class CommandStream : IBenchmark
{
    private const long Size = 1L << 30;
    private const double LeastRatio = 0.5;

    public string Name => "command-stream";

    public async Task<IReadOnlyList<Figure>> RunAsync(Action<string> say)
    {
        using var folder = new WorkFolder();
        var file = folder["zeros"];
        await using (var made = File.Create(file))
        {
            made.SetLength(Size);
        }

        var commands = new CommandRunner(new CommandRunnerOptions(), TimeProvider.System);
        var (ours, theirs) = await Repeat.MediansAsync(3, () => ReadAsync(commands, file), () => PipeAsync(file));
        var figure = Figure.Beside(Name, Size / 1e6 / ours, "MB/s", "cat FILE | cat > /dev/null", Size / 1e6 / theirs);
        return [figure with { Bar = Bar.AtLeast(figure.Ratio!.Value, LeastRatio, "x peer") }];
    }

    private static async Task ReadAsync(CommandRunner commands, string file)
    {
        var ended = await commands.RunAsync(new Command("cat", ["--", file]) { Output = Stream.Null }, CancellationToken.None);
        if (!ended.IsOk || ended.Value.OutputBytes != Size)
        {
            throw new CannotRunException(ended.Fault?.ToString() ?? $"{ended.Value.OutputBytes} bytes came");
        }
    }

    private static async Task PipeAsync(string file)
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "cat -- \"$1\" | cat > /dev/null", "sh", file]))!;
        await process.WaitForExitAsync();
    }
}
