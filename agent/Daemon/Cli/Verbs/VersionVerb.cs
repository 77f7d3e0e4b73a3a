using System.Runtime.InteropServices;
using NodeAgent.Contract;
using NodeAgent.Daemon.Api;
using NodeAgent.Daemon.Hosting;
using Command = System.CommandLine.Command;

namespace NodeAgent.Daemon.Cli.Verbs;

/// <summary><c>nodeagent version</c>: this program's, and the running agent's.</summary>
internal static class VersionVerb
{
    public static Command Build(CliContext context)
    {
        var verb = new Command("version", "The version of this program and of the running agent");
        verb.SetAction(async (parsed, cancellation) =>
        {
            var screen = context.ScreenFor(parsed);
            using var client = context.ClientFor(parsed);
            var self = await client.GetAsync<SelfReport>("v1/self", cancellation);
            var report = new VersionReport(
                AgentVersion.Running, self.IsOk ? self.Value.Version : null, $"{ContractVersion.Major}.{ContractVersion.Minor}",
                RuntimeInformation.FrameworkDescription, RuntimeInformation.OSDescription);
            screen.Show(report, shown =>
            {
                screen.Line($"nodeagent {shown.Version}");
                screen.Line($"agent     {shown.Agent ?? "-"}");
                screen.Line($"contract  {shown.Contract}");
                screen.Line($"runtime   {shown.Runtime}");
                screen.Line($"system    {shown.System}");
            });
            if (!self.IsOk)
            {
                screen.Note($"The agent cannot be asked: {self.Fault.Why}");
            }
            else if (self.Value.Version != AgentVersion.Running || self.Value.RestartRequired is not null)
            {
                screen.Note("The agent runs another version than the installed one: 'systemctl restart nodeagent'.");
            }

            return ExitCode.Ok;
        });
        return verb;
    }
}
