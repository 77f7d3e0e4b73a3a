using System.CommandLine;
using System.CommandLine.Invocation;

namespace NodeAgent.Daemon.Cli;

/// <summary>The help, with the exit codes and files under that of the root.</summary>
internal sealed class RootHelp(SynchronousCommandLineAction usual) : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        var code = usual.Invoke(parseResult);
        if (parseResult.CommandResult.Command is RootCommand)
        {
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Exit codes:");
            foreach (var (number, meaning) in ExitCode.All)
            {
                output.WriteLine($"  {number,-4} {meaning}");
            }

            output.WriteLine();
            output.WriteLine("Manual: man nodeagent, man nodeagent.yaml");
        }

        return code;
    }
}
