using System.Diagnostics;
using NodeAgent.Bench.Measures;
using NodeAgent.Bench.Running;
using NodeAgent.Contract;
using NodeAgent.Linux.Commands;

namespace NodeAgent.Bench.Benchmarks;

/// <summary>What it costs to run a program that does nothing.</summary>
internal sealed class CommandRun : IBenchmark
{
    private const int Runs = 100;
    private const double MostRatio = 1.5;

    public string Name => "command-run";

    public async Task<IReadOnlyList<Figure>> RunAsync(Action<string> say)
    {
        var commands = new CommandRunner(new CommandRunnerOptions(), TimeProvider.System);
        var (ours, theirs) = await Repeat.MediansAsync(
            5,
            async () =>
            {
                for (var run = 0; run < Runs; run++)
                {
                    var ended = await commands.RunAsync(new Command("true", []), CancellationToken.None);
                    if (!ended.IsOk)
                    {
                        throw new CannotRunException(ended.Fault.ToString());
                    }
                }
            },
            RunProcessesAsync);
        var figure = Figure.Beside(Name, ours * 1000 / Runs, "ms", "System.Diagnostics.Process", theirs * 1000 / Runs);
        return [figure with { Bar = Bar.AtMost(figure.Ratio!.Value, MostRatio, "x peer") }];
    }

    // The same promises where Process can give them: both outputs are read, the exit is awaited.
    private static async Task RunProcessesAsync()
    {
        for (var run = 0; run < Runs; run++)
        {
            using var process = Process.Start(new ProcessStartInfo("/usr/bin/true")
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                RedirectStandardInput = true,
            })!;
            process.StandardInput.Close();
            await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync(), process.WaitForExitAsync());
        }
    }
}
