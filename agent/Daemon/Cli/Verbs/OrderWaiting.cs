using System.CommandLine;
using System.Globalization;
using NodeAgent.Contract;
using NodeAgent.Daemon.Cli.Output;
using NodeAgent.Daemon.Failover.Desk;
using Command = System.CommandLine.Command;

namespace NodeAgent.Daemon.Cli.Verbs;

/// <summary>What all orders about services share: they wait, and say how long it took.</summary>
internal static class OrderWaiting
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    public static Option<bool> NoWaitOption() => new("--no-wait") { Description = "Give the order and do not wait for it" };

    public static Option<TimeSpan?> TimeoutOption() => QuantityOption.Duration("--timeout", "How long to wait; 5m unless said");

    public static Option<string?> ReasonOption() => new("--reason") { Description = "Why; kept in the history" };

    /// <summary>A verb that gives one order about its only argument.</summary>
    public static Command Make(CliContext context, string name, string text, string what, string argument, string described)
    {
        var of = new Argument<string>(argument) { Description = described };
        var (wait, timeout, reason) = (NoWaitOption(), TimeoutOption(), ReasonOption());
        var verb = new Command(name, text) { of, wait, timeout, reason };
        context.Ask(
            verb,
            (client, parsed, cancellation) => GiveAsync(
                client, new ServiceOrder(what, parsed.GetValue(of)!, parsed.GetValue(reason) ?? "", null, Seconds(parsed.GetValue(wait), parsed.GetValue(timeout)), null), cancellation),
            Draw);
        return verb;
    }

    /// <summary>How long the agent shall wait.</summary>
    public static double Seconds(bool noWait, TimeSpan? timeout) => noWait ? 0 : (timeout ?? Longest).TotalSeconds;

    /// <summary>Gives the order.</summary>
    public static Task<Outcome<OrderReport>> GiveAsync(ApiClient client, ServiceOrder order, CancellationToken cancellation) =>
        client.PostAsync<OrderReport>("v1/service/order", order, cancellation);

    /// <summary>What came of it, with the times.</summary>
    public static void Draw(Screen screen, OrderReport report)
    {
        foreach (var step in report.Steps)
        {
            screen.Line(string.Create(CultureInfo.InvariantCulture, $"{step.Seconds,8:0.0} s  {step.Text}"));
        }

        screen.Line(string.Create(CultureInfo.InvariantCulture, $"{(report.IsDone ? Marks.Good : Marks.Warning)} {report.Text} ({report.TookSeconds:0.0##} s)"));
    }
}
