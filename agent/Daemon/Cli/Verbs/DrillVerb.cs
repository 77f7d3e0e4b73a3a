using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using NodeAgent.Contract;
using NodeAgent.Daemon.Cli.Live;
using NodeAgent.Daemon.Cli.Output;
using NodeAgent.Daemon.Failover.Drills;
using Command = System.CommandLine.Command;

namespace NodeAgent.Daemon.Cli.Verbs;

/// <summary><c>nodeagent drill</c>: a real switchover there and back, measured and signed for.</summary>
internal static class DrillVerb
{
    public static Command Build(CliContext context)
    {
        var of = new Argument<string>("SERVICE") { Description = "The service" };
        var to = new Option<string?>("--to") { Description = "The node that it goes to and comes back from; by default the one that would have it if its node died now" };
        var plan = new Option<bool>("--plan") { Description = "Only show what would be done, or why it is not safe now" };
        var yes = CliContext.YesOption();
        var verb = new Command("drill", "Move a service to another node and back, for real: measured, checked, with a signed report")
        {
            of, to, plan, yes, List(context), Verify(context),
        };
        verb.SetAction(async (parsed, cancellation) =>
        {
            var screen = context.ScreenFor(parsed);
            using var client = context.ClientFor(parsed);
            var order = new DrillOrder(parsed.GetValue(of)!, parsed.GetValue(to));
            var planned = await client.PostAsync<DrillPlan>("v1/drill/plan", order, cancellation);
            if (!planned.IsOk)
            {
                return screen.Fail(planned.Fault);
            }

            if (parsed.GetValue(plan))
            {
                screen.Show(planned.Value, value => DrawPlan(screen, value));
                return ExitCode.Ok;
            }

            var known = planned.Value;
            var sure = context.Confirm(parsed, yes, $"move service {known.Service} from {known.From} to {known.To} and back; it stops twice for a moment", known.Service);
            var report = sure.IsOk
                ? await new StreamFollow(context.Around, client).WhileAsync(
                    client.PostAsync<DrillReport>("v1/drill", order with { To = known.To.Value }, cancellation), known.Service, cancellation)
                : sure.Fault;
            if (!report.IsOk)
            {
                return screen.Fail(report.Fault);
            }

            screen.Show(report.Value, value => Draw(screen, value));
            return report.Value.HasPassed ? ExitCode.Ok : ExitCode.Failed;
        });
        return verb;
    }

    private static Command List(CliContext context)
    {
        var verb = new Command("list", "The last drill of each service that was run from this node");
        context.Ask(
            verb,
            (client, _, cancellation) => client.GetAsync<IReadOnlyList<DrillReport>>("v1/drills", cancellation),
            (screen, drills) => screen.Table(
                ["Service", "When (UTC)", "Result", "Way", "Without it", "Report"],
                drills.Select(drill => (IReadOnlyList<string>)
                [
                    drill.Service,
                    drill.StartedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture),
                    drill.HasPassed ? $"{Marks.Good} passed" : $"{Marks.Bad} failed",
                    $"{drill.From} {drill.To} {drill.From}",
                    drill.Legs.Count == 0 ? "-" : string.Join(", ", drill.Legs.Select(leg => Seconds(leg.AwaySeconds))),
                    drill.File ?? "-",
                ]),
                "No drill was run from this node yet: nodeagent drill SERVICE"));
        return verb;
    }

    private static Command Verify(CliContext context)
    {
        var file = new Argument<string>("FILE") { Description = "The file of a drill" };
        var authority = new Option<string?>("--ca") { Description = "The cluster's authority as PEM; by default the agent is asked for it" };
        var verb = new Command("verify", "Check that a drill's file is as a node of this cluster signed it") { file, authority };
        verb.SetAction(async (parsed, cancellation) =>
        {
            var screen = context.ScreenFor(parsed);
            using var client = context.ClientFor(parsed);
            var path = parsed.GetValue(file)!;
            var text = Read(path);
            var authorities = !text.IsOk ? text.Fault
                : parsed.GetValue(authority) is { } given ? Load(given)
                : (await client.GetAsync<IReadOnlyList<string>>("v1/cluster/authorities", cancellation)).Map<IReadOnlyList<X509Certificate2>>(known => [.. known.Select(pem => X509Certificate2.CreateFromPem(pem))]);
            var verdict = authorities.IsOk ? DrillSeal.Open(text.Value, path, authorities.Value) : authorities.Fault;
            if (!verdict.IsOk)
            {
                return screen.Fail(verdict.Fault);
            }

            screen.Show(verdict.Value, value =>
            {
                screen.Line($"{Marks.Good} signed by {value.Signer}, and not changed since");
                Draw(screen, value.Report);
            });
            return ExitCode.Ok;
        });
        return verb;
    }

    private static Outcome<IReadOnlyList<X509Certificate2>> Load(string path)
    {
        var text = Read(path);
        if (!text.IsOk)
        {
            return text.Fault;
        }

        try
        {
            var found = new X509Certificate2Collection();
            found.ImportFromPem(text.Value);
            return Outcome.Ok<IReadOnlyList<X509Certificate2>>([.. found]);
        }
        catch (CryptographicException broken)
        {
            return new Fault(FaultCode.Unparseable, $"cannot read the authority in {path}", broken.Message, "Give a certificate as PEM.", Retry.AfterFix);
        }
    }

    private static Outcome<string> Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return new Fault(FaultCode.NotFound, $"cannot read {path}", refused.Message, "The files are in STATE/drills of the node that ran the drill.", Retry.AfterFix);
        }
    }

    private static void DrawPlan(Screen screen, DrillPlan plan)
    {
        screen.Line($"service {plan.Service} can go from {plan.From} to {plan.To} and back; if {plan.From} died now: {plan.IfNodeDies}");
        for (var step = 0; step < plan.Steps.Count; step++)
        {
            screen.Line($"  {step + 1}. {plan.Steps[step]}");
        }
    }

    private static void Draw(Screen screen, DrillReport report)
    {
        foreach (var leg in report.Legs)
        {
            screen.Line($"{leg.From} to {leg.To}, epoch {leg.Epoch}: {Seconds(leg.TookSeconds)} in all, {Seconds(leg.AwaySeconds)} without the service");
            foreach (var seen in leg.Seen)
            {
                screen.Line(string.Create(CultureInfo.InvariantCulture, $"{seen.Seconds,8:0.0} s  {seen.Text}"));
            }

            foreach (var check in leg.Checks)
            {
                screen.Line($"  {(check.IsSame ? Marks.Good : Marks.Bad)} {check.Unit}/{check.Volume}: {check.Text}");
            }
        }

        screen.Line($"{(report.HasPassed ? Marks.Good : Marks.Bad)} {report.Text}{(report.NextStep.Length == 0 ? "" : $"  -> {report.NextStep}")}");
        if (report.File is { } file)
        {
            screen.Line($"signed report: {file}  (nodeagent drill verify FILE)");
        }
    }

    private static string Seconds(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0##} s");
}
