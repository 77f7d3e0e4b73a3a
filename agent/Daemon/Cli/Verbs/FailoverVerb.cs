using System.CommandLine;
using NodeAgent.Contract;
using NodeAgent.Daemon.Failover.Desk;
using Command = System.CommandLine.Command;

namespace NodeAgent.Daemon.Cli.Verbs;

/// <summary><c>nodeagent failover SERVICE --accept-loss</c>: go on with an older copy although writes are lost.</summary>
internal static class FailoverVerb
{
    public static Command Build(CliContext context)
    {
        var of = new Argument<string>("SERVICE") { Description = "The service" };
        var to = new Option<string?>("--to") { Description = "The node that is to run it" };
        var accept = new Option<bool>("--accept-loss") { Description = "Accept what 'nodeagent explain SERVICE' says would be lost; without it nothing is done" };
        var (yes, wait, timeout, reason) = (CliContext.YesOption(), OrderWaiting.NoWaitOption(), OrderWaiting.TimeoutOption(), OrderWaiting.ReasonOption());
        var verb = new Command("failover", "Go on with a copy although writes are lost; the old writer must be known to be dead all the same") { of, to, accept, yes, wait, timeout, reason };
        context.AskOrPlan(
            verb,
            (client, parsed, cancellation) => ExplainVerb.ReadAsync(client, parsed.GetValue(of)!, cancellation),
            ExplainVerb.Draw,
            async (client, parsed, cancellation) =>
            {
                var name = parsed.GetValue(of)!;
                var explained = await ExplainVerb.ReadAsync(client, name, cancellation);
                if (!explained.IsOk)
                {
                    return explained.Fault;
                }

                foreach (var line in explained.Value.Lines)
                {
                    context.ScreenFor(parsed).Note($"{line.Label}: {line.Text}");
                }

                var asked = parsed.GetValue(accept) ? context.Confirm(parsed, yes, $"lose the writes of {name} that the copy does not hold", name) : NotAccepted(name);
                return asked.IsOk
                    ? await OrderWaiting.GiveAsync(
                        client,
                        new ServiceOrder("acceptLoss", name, parsed.GetValue(reason) ?? "", parsed.GetValue(to), OrderWaiting.Seconds(parsed.GetValue(wait), parsed.GetValue(timeout)), null),
                        cancellation)
                    : asked.Fault!;
            },
            OrderWaiting.Draw);
        return verb;
    }

    private static Outcome NotAccepted(string name) =>
        new Fault(FaultCode.PreconditionFailed, $"cannot fail {name} over", "the loss was not accepted", "Give --accept-loss.", Retry.AfterFix);
}
