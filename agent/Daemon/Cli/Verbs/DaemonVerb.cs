using System.CommandLine;
using NodeAgent.Daemon.Configuration;
using NodeAgent.Daemon.Hosting;
using Command = System.CommandLine.Command;

namespace NodeAgent.Daemon.Cli.Verbs;

/// <summary><c>nodeagent daemon</c>: what systemd starts.</summary>
internal static class DaemonVerb
{
    public const string Name = "daemon";

    public static Command Build()
    {
        var config = ConfigOption();
        var dropIns = DropInOption();
        var verb = new Command(Name, "Run the agent; systemd does this") { config, dropIns };
        verb.SetAction((parsed, cancellation) =>
        {
            var (file, folder) = ConfigVerb.Place(parsed.GetValue(config), parsed.GetValue(dropIns));
            return new DaemonProcess(file, folder).RunAsync(cancellation);
        });
        return verb;
    }

    internal static Option<string?> ConfigOption() => new("--config")
    {
        Description = $"The configuration file; by default {ConfigReader.DefaultPath}",
    };

    internal static Option<string?> DropInOption() => new("--conf-d")
    {
        Description = "The folder of drop-ins; by default conf.d beside the configuration file",
    };
}
