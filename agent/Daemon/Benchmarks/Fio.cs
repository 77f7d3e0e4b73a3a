using System.Globalization;
using NodeAgent.Contract;

namespace NodeAgent.Daemon.Benchmarks;

/// <summary>Runs job files of the package.</summary>
/// <param name="commands">The way to programs.</param>
/// <param name="folder">Where the job files are.</param>
internal sealed class Fio(ICommands commands, string folder)
{
    public const string DefaultFolder = "usr/share/nodeagent/fio";

    /// <summary>What a job takes besides its time: the ramp of the job files, start, evaluation.</summary>
    public static readonly TimeSpan Overhead = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Done if fio and its job files are there; else all that is missing.</summary>
    public async Task<Outcome<string>> FindAsync(CancellationToken cancellation)
    {
        var missing = FioJob.All.Select(job => Path.Join(folder, job.File)).Where(file => !File.Exists(file)).ToList();
        if (missing.Count > 0)
        {
            return new Fault(FaultCode.NotFound, "cannot measure", $"there is no {string.Join(" and no ", missing)}", "Reinstall the package nodeagent, or name the folder: --jobs DIR.", Retry.AfterFix);
        }

        var asked = await commands.RunAsync(new Command("fio", ["--version"]), cancellation);
        return asked switch
        {
            { Fault: { Code: FaultCode.NotFound } fault } => fault with { What = "cannot measure", Why = "the program fio is not installed", NextStep = "Install the package fio: apt-get install fio." },
            { IsOk: false } => asked.Fault,
            { Value: { ExitCode: 0, Output: var version } } when version.StartsWith("fio-", StringComparison.Ordinal) => version.Trim(),
            _ => new Fault(FaultCode.Unparseable, "cannot measure", $"fio does not tell its version: {asked.Value.Output}{asked.Value.ErrorOutput}", "Reinstall the package fio.", Retry.AfterFix),
        };
    }

    public async Task<Outcome<BenchFigure>> RunAsync(FioJob job, string file, long bytes, int seconds, CancellationToken cancellation)
    {
        var ended = await commands.RunAsync(
            new Command("fio", ["--output-format=json", Path.Join(folder, job.File)])
            {
                Verb = job.Name,
                Deadline = TimeSpan.FromSeconds(seconds) + Overhead + Patience,
                Environment = new Dictionary<string, string>
                {
                    ["NODEAGENT_FILE"] = file,
                    ["NODEAGENT_BYTES"] = bytes.ToString(CultureInfo.InvariantCulture),
                    ["NODEAGENT_SECONDS"] = seconds.ToString(CultureInfo.InvariantCulture),
                },
            },
            cancellation);
        return !ended.IsOk ? ended.Fault
            : ended.Value.ExitCode != 0 ? new Fault(
                FaultCode.DataPathUnavailable, $"cannot measure with {job.File}", $"fio ended with {ended.Value.ExitCode}", "Look at 'dmesg' and at the free space.", Retry.AfterLook)
            {
                Native = ended.Value.ErrorOutput.Trim() is { Length: > 0 } said ? said : ended.Value.Output.Split('\n')[0],
            }
            : FioOutput.Parse(ended.Value.Output, job);
    }
}
