using NodeAgent.Conformance;
using NodeAgent.Conformance.Reports;
using NodeAgent.Contract;
using NodeAgent.Daemon.Cli.Output;
using NodeAgent.Daemon.Plugins;
using NodeAgent.Daemon.Plugins.Authoring;
using NodeAgent.Daemon.Plugins.Manifests;
using NodeAgent.Linux.Commands;

namespace NodeAgent.Daemon.Cli.Live;

/// <summary>Runs the conformance kit on the backend of a plugin, with real commands and a scratch folder.</summary>
internal sealed class KitRun(CliSurroundings around, IReadOnlyDictionary<string, string> options, IReadOnlyList<string> only)
{
    private const string Folder = "{folder}";
    private const string Storage = "{storage}";
    private const string CheckName = "conformance";

    public async Task<IReadOnlyList<VerifyLine>> RunAsync(IBackendFactory factory, PluginManifest manifest, CancellationToken cancellation)
    {
        if (only.FirstOrDefault(id => ConformanceKit.Checks.All(check => check.Id != id)) is { } unknown)
        {
            return [new VerifyLine(CheckName, VerifyResult.Failed, $"the kit has no check '{unknown}'", "Run all once to see their names.")];
        }

        var given = WithFolder(factory);
        var complaints = OptionComplaints.Find(factory, Fill(given, "a", "/tmp"));
        if (complaints.Count > 0)
        {
            return [new VerifyLine(CheckName, VerifyResult.Failed, string.Join("; ", complaints), "Give the options with --option NAME=VALUE.")];
        }

        var scratch = Directory.CreateTempSubdirectory("nodeagent-verify-");
        try
        {
            return await RunInAsync(factory, manifest, given, scratch.FullName, cancellation);
        }
        finally
        {
            scratch.Delete(recursive: true);
        }
    }

    /// <summary>
    /// Fills the places in. The kit needs two storages that share nothing: where no option says how they differ, each
    /// value that is a path of some kind gets the storage's name at its end.
    /// </summary>
    internal static IReadOnlyDictionary<string, string> Fill(IReadOnlyDictionary<string, string> given, string storage, string folder)
    {
        var isSaid = given.Values.Any(value => value.Contains(Folder, StringComparison.Ordinal) || value.Contains(Storage, StringComparison.Ordinal));
        return given.ToDictionary(
            pair => pair.Key,
            pair => isSaid || !pair.Value.Contains('/', StringComparison.Ordinal)
                ? pair.Value.Replace(Folder, folder, StringComparison.Ordinal).Replace(Storage, storage, StringComparison.Ordinal)
                : $"{pair.Value.TrimEnd('/')}/{storage}",
            StringComparer.Ordinal);
    }

    /// <summary>A backend that only wants a path is given one without being asked.</summary>
    private IReadOnlyDictionary<string, string> WithFolder(IBackendFactory factory) =>
        options.Count == 0 && factory.Options.Where(option => option.Required).Select(option => option.Name).SequenceEqual(["path"], StringComparer.Ordinal)
            ? new Dictionary<string, string>(StringComparer.Ordinal) { ["path"] = Folder }
            : options;

    private async Task<IReadOnlyList<VerifyLine>> RunInAsync(
        IBackendFactory factory, PluginManifest manifest, IReadOnlyDictionary<string, string> given, string scratch, CancellationToken cancellation)
    {
        var commands = new CommandRunner(new CommandRunnerOptions(), around.Time).Restrict(manifest.Commands);
        var subject = new ConformanceSubject
        {
            Name = manifest.Id,
            ScratchFolder = scratch,
            Time = around.Time,
            OpenAsync = (seat, _) => Task.FromResult(factory.Create(new BackendContext(
                seat.Backend, seat.Node, Fill(given, seat.Storage, seat.StorageFolder), seat.StateDirectory, seat.Wrap(commands),
                around.Time, SilentLog.Instance))),
        };
        using var line = new ProgressLine(around);
        var (done, all) = (0, only.Count > 0 ? only.Count : ConformanceKit.Checks.Count);
        var progress = new Telling(result => line.Show($"{ProgressLine.Bar(++done / (double)all)}  {result.Id}"));
        var report = await ConformanceKit.RunAsync(subject, new ConformanceOptions { Only = only }, progress, cancellation);
        return [.. report.Results.Select(Line)];
    }

    private static VerifyLine Line(CheckResult result) => new(
        result.Id,
        result.Verdict switch
        {
            Verdict.Passed => VerifyResult.Passed,
            Verdict.Failed => VerifyResult.Failed,
            _ => VerifyResult.Skipped,
        },
        result.Verdict == Verdict.Passed ? $"{result.Sentence} {result.Duration.TotalMilliseconds:F0} ms" : $"{result.Sentence} {result.Detail}",
        "");

    private sealed class Telling(Action<CheckResult> tell) : IProgress<CheckResult>
    {
        public void Report(CheckResult value) => tell(value);
    }

    /// <summary>What the backend says while the kit makes it fail on purpose would only frighten.</summary>
    private sealed class SilentLog : IBackendLog
    {
        public static readonly SilentLog Instance = new();

        public void Write(Severity severity, string message)
        {
            // Nobody reads it.
        }
    }
}
