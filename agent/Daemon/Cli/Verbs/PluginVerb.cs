using System.CommandLine;
using NodeAgent.Daemon.Api;
using NodeAgent.Daemon.Cli.Output;
using NodeAgent.Daemon.Plugins;
using NodeAgent.Daemon.Plugins.Authoring;
using NodeAgent.Daemon.Status;
using Command = System.CommandLine.Command;

namespace NodeAgent.Daemon.Cli.Verbs;

/// <summary><c>nodeagent plugin …</c>.</summary>
internal static class PluginVerb
{
    public static Command Build(CliContext context) => new("plugin", "Storage plugins: look at them, check them, write one")
    {
        List(context), PluginVerifyVerb.Build(context), New(context), Release(context), Restart(context), Use(context),
    };

    private static Command List(CliContext context)
    {
        var verb = new Command("list", "The installed plugins and the configured backends, with their state");
        context.Ask(
            verb,
            (client, _, cancellation) => client.GetAsync<PluginsReport>("v1/plugins", cancellation),
            Draw);
        return verb;
    }

    private static void Draw(Screen screen, PluginsReport report)
    {
        screen.Table(
            ["Plugin", "State", "Version", "Installed", "Reason"],
            report.Plugins.Select(plugin => (IReadOnlyList<string>)
            [
                plugin.Id,
                State(plugin.State),
                plugin.Version ?? "-",
                string.Join(' ', plugin.Installed),
                Reason(plugin),
            ]),
            "No plugin is installed.");
        screen.Line("");
        screen.Table(
            ["Backend", "Plugin", "State", "Abilities", "Left behind", "Reason"],
            report.Backends.Select(backend => (IReadOnlyList<string>)
            [
                backend.Id.Value,
                backend.Kind,
                State(backend.State),
                backend.Abilities.Count == 0 ? "-" : string.Join(' ', backend.Abilities),
                backend.LeftBehind.ToString(),
                backend.Quarantine is { } kept ? $"{kept.Reason}, until {kept.Until.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC; 'nodeagent plugin release {backend.Id}'" : backend.Reason,
            ]),
            "No backend is configured: add one to 'backends' in /etc/nodeagent/nodeagent.yaml.");
    }

    private static string Reason(PluginReport plugin)
    {
        if (plugin.Quarantine is { } kept)
        {
            return $"{kept.Reason}, until {kept.Until.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC; 'nodeagent plugin release {plugin.Id}'";
        }

        var wrong = plugin.Verdicts.SelectMany(version => version.Value).FirstOrDefault(verdict => !verdict.Passed);
        return wrong is not null ? $"{wrong.Reason}. {wrong.Remedy}"
            : plugin.Trial is { } trial ? $"on trial: {trial}" : plugin.Reason;
    }

    private static string State(PluginState state) => state switch
    {
        PluginState.Ready => $"{Marks.Good} ready",
        PluginState.Discovered or PluginState.Verified or PluginState.Starting => state.ToString().ToLowerInvariant(),
        PluginState.Quarantined or PluginState.Stopped => $"{Marks.Bad} {state.ToString().ToLowerInvariant()}",
        _ => $"{Marks.Warning} {state.ToString().ToLowerInvariant()}",
    };

    private static Command New(CliContext context)
    {
        var name = new Argument<string>("NAME") { Description = "The plugin's id, such as my-disk" };
        var folder = new Option<string?>("--dir") { Description = "Where to write it; by default a folder of its name here" };
        var packages = new Option<string>("--packages")
        {
            Description = "Where the NuGet packages NodeAgent.Contract and NodeAgent.Conformance are; they are taken along",
            DefaultValueFactory = _ => PluginScaffold.InstalledPackages,
        };
        var verb = new Command("new", "Write a plugin that works, with its conformance test, to begin with") { name, folder, packages };
        verb.SetAction(parsed =>
        {
            var screen = context.ScreenFor(parsed);
            var id = parsed.GetValue(name)!;
            var into = parsed.GetValue(folder) ?? id;
            var written = PluginScaffold.Create(id, into, parsed.GetValue(packages));
            if (!written.IsOk)
            {
                return screen.Fail(written.Fault);
            }

            screen.Show(new { Folder = Path.GetFullPath(into), Files = written.Value }, made =>
            {
                foreach (var file in made.Files)
                {
                    screen.Line(Path.Combine(into, file));
                }

                screen.Note($"Next: README.md in {into}. When it is built: nodeagent plugin verify FOLDER --live");
            });
            return ExitCode.Ok;
        });
        return verb;
    }

    private static Command Release(CliContext context)
    {
        var name = new Argument<string>("NAME") { Description = "The plugin or backend" };
        var verb = new Command("release", "Let a plugin or backend out of quarantine") { name };
        context.Ask(
            verb,
            (client, parsed, cancellation) => client.PostAsync<DoneReport>("v1/plugins/release", new { Name = parsed.GetValue(name) }, cancellation),
            (screen, done) => screen.Line(done.Text));
        return verb;
    }

    private static Command Restart(CliContext context)
    {
        var name = new Argument<string>("BACKEND") { Description = "The backend" };
        var verb = new Command("restart", "Start a backend again that is stopped because its plugin or options were wrong") { name };
        context.Ask(
            verb,
            (client, parsed, cancellation) => client.PostAsync<DoneReport>("v1/plugins/restart", new { Name = parsed.GetValue(name) }, cancellation),
            (screen, done) => screen.Line(done.Text));
        return verb;
    }

    private static Command Use(CliContext context)
    {
        var plugin = new Argument<string>("PLUGIN") { Description = "The plugin" };
        var version = new Argument<string>("VERSION") { Description = "One of the installed versions" };
        var verb = new Command("use", "Exchange a plugin for another installed version of it, while the agent runs") { plugin, version };
        context.Ask(
            verb,
            (client, parsed, cancellation) => client.PostAsync<DoneReport>(
                "v1/plugins/use", new { Plugin = parsed.GetValue(plugin), Version = parsed.GetValue(version) }, cancellation),
            (screen, done) => screen.Line(done.Text));
        return verb;
    }
}
