using System.CommandLine;
using NodeAgent.Contract;
using NodeAgent.Daemon.Cli.Live;
using NodeAgent.Daemon.Cli.Output;
using NodeAgent.Daemon.Plugins.Authoring;
using NodeAgent.Daemon.Plugins.Guarding;
using Command = System.CommandLine.Command;

namespace NodeAgent.Daemon.Cli.Verbs;

/// <summary><c>nodeagent plugin verify</c>: works without an agent.</summary>
internal static class PluginVerifyVerb
{
    public static Command Build(CliContext context)
    {
        var folder = new Argument<string>("DIR") { Description = "The plugin's folder, with its manifest" };
        var live = new Option<bool>("--live") { Description = "Make backends of it and run the conformance kit on real storage" };
        var option = new Option<string[]>("--option")
        {
            Description = "An option of the backend for --live, NAME=VALUE; may be repeated. {folder} is a scratch folder, {storage} is a or b",
        };
        var only = new Option<string[]>("--check") { Description = "Run only this check of the kit; may be repeated" };
        var ownership = new Option<bool>("--ownership") { Description = "Check owners and modes too, as on a node" };
        var verb = new Command("verify", "Check a plugin before it is installed; needs no agent") { folder, live, option, only, ownership };
        verb.SetAction(async (parsed, cancellation) =>
        {
            var screen = context.ScreenFor(parsed);
            var path = parsed.GetValue(folder)!;
            var given = NamedValues.Read("--option", parsed.GetValue(option) ?? []);
            if (!Directory.Exists(path) || !given.IsOk)
            {
                return screen.Fail(given.Fault ?? new Fault(FaultCode.NotFound, $"cannot verify {path}", "there is no such folder", "Name the folder that holds nodeagent.plugin.json.", Retry.Never));
            }

            var verifier = new PluginVerifier(parsed.GetValue(ownership), new GuardPolicy(), context.Around.Time);
            var kit = parsed.GetValue(live)
                ? new KitRun(context.Around, given.Value, parsed.GetValue(only) ?? [])
                : null;
            var report = await verifier.VerifyAsync(path, kit is null ? null : kit.RunAsync, cancellation);
            screen.Show(report, shown => Draw(screen, shown));
            return report.Passed ? ExitCode.Ok : ExitCode.Failed;
        });
        return verb;
    }

    private static void Draw(Screen screen, VerifyReport report)
    {
        screen.Table(
            ["Result", "Check", "Finding"],
            report.Lines.Select(line => (IReadOnlyList<string>)
            [
                line.Result switch
                {
                    VerifyResult.Passed => $"{Marks.Good} passed",
                    VerifyResult.Failed => $"{Marks.Bad} FAILED",
                    _ => "- skipped",
                },
                line.Check,
                line.Remedy.Length == 0 ? line.Reason : $"{line.Reason.TrimEnd('.')}. {line.Remedy}",
            ]));
        var (passed, failed, skipped) = (Count(VerifyResult.Passed), Count(VerifyResult.Failed), Count(VerifyResult.Skipped));
        screen.Line($"{passed} passed, {failed} failed, {skipped} skipped: {report.Path}");

        int Count(VerifyResult result) => report.Lines.Count(line => line.Result == result);
    }
}
