using System.Net;
using System.Text.Json;
using NodeAgent.Contract;

namespace NodeAgent.Plugins.LinstorBackend.Controller.Wire;

/// <summary>
/// Asks the controllers in turn until one answers. What was ordered and not answered is never ordered of another: it may have
/// happened, and who ordered it looks first.
/// </summary>
internal sealed class ControllerLink(ControllerOptions options, TimeProvider time) : IDisposable
{
    private readonly ControllerTransport transport = new(options);
    private int last;

    /// <summary>An answer, whatever it says. Nobody there: <see cref="FaultCode.ControlPlaneUnavailable"/>; ordered without an answer: <see cref="FaultCode.TimedOut"/>.</summary>
    public async Task<Outcome<Reply>> SendAsync(Ask ask, string what, CancellationToken cancellation)
    {
        List<string> why = [];
        var first = Volatile.Read(ref last);
        for (var turn = 0; turn < options.Addresses.Length; turn++)
        {
            var index = (first + turn) % options.Addresses.Length;
            var controller = options.Addresses[index];
            var prepared = transport.Prepare(controller, ask, what);
            if (!prepared.IsOk)
            {
                return prepared.Fault;
            }

            using var request = prepared.Value;
            Attempt attempt;
            try
            {
                attempt = await TryAsync(request, controller, ask, cancellation);
            }
            catch (OperationCanceledException) when (!ask.IsChange)
            {
                // Who asks had less patience than this controller needs: the next question goes to the next one first.
                Volatile.Write(ref last, (index + 1) % options.Addresses.Length);
                throw;
            }
            if (attempt.Reply is { } reply)
            {
                Volatile.Write(ref last, index);
                return reply;
            }

            if (ask.IsChange && attempt.WasSent)
            {
                return new Fault(
                    FaultCode.TimedOut, what, $"the controller {controller.Authority} got the order and {attempt.Why}: it may have happened, or may yet",
                    "Look with 'linstor resource list' and 'linstor volume-definition list', then do it again.", Retry.AfterLook);
            }

            why.Add($"{controller.Authority} {attempt.Why}");
        }

        return new Fault(
            FaultCode.ControlPlaneUnavailable, what, $"no LINSTOR controller answers: {string.Join("; ", why)}",
            "Bring a controller up ('systemctl status linstor-controller'). Services go on without one.", Retry.Later);
    }

    public void Dispose() => transport.Dispose();

    private async Task<Attempt> TryAsync(HttpRequestMessage request, Uri controller, Ask ask, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(ask.Deadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        try
        {
            using var response = await transport.SendAsync(request, either.Token);
            var body = await BoundedBody.ReadAsync(response.Content, BoundedBody.MostBytes, either.Token);
            return body is null ? Attempt.Silent("answered more than can be read") : Understood(response.StatusCode, body, controller);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            return Attempt.Silent("did not answer in time");
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested && e.InnerException is TimeoutException)
        {
            return Attempt.Absent("cannot be reached");
        }
        catch (HttpRequestException e)
        {
            return e.HttpRequestError switch
            {
                HttpRequestError.ConnectionError => Attempt.Absent("cannot be reached"),
                HttpRequestError.NameResolutionError => Attempt.Absent("is a name that nobody knows"),
                HttpRequestError.SecureConnectionError => Attempt.Absent("has no certificate of the authorities in 'ca_file'"),
                _ => Attempt.Silent("broke off"),
            };
        }
        catch (IOException)
        {
            return Attempt.Silent("broke off");
        }
    }

    // A satellite, a proxy or anything else on that port says something too: only a controller's word is an answer.
    private static Attempt Understood(HttpStatusCode status, byte[] body, Uri controller)
    {
        if ((int)status is >= 300 and < 400)
        {
            return Attempt.Absent("sends elsewhere: write its https address");
        }

        if (status == HttpStatusCode.ServiceUnavailable)
        {
            return Attempt.Absent("is not in service");
        }

        if (status is HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout)
        {
            return Attempt.Silent("is a proxy that got no answer");
        }

        // Whether it is a controller or not, without these rights nothing more comes.
        if (body.Length == 0 || status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
        {
            return status == HttpStatusCode.NotFound ? Attempt.Absent("is no LINSTOR controller") : Attempt.Answered(new Reply(status, Parse(body) ?? default, controller));
        }

        return Parse(body) is { } parsed ? Attempt.Answered(new Reply(status, parsed, controller))
            : status == HttpStatusCode.NotFound ? Attempt.Absent("is no LINSTOR controller")
            : Attempt.Silent("answered what is no JSON");
    }

    private static JsonElement? Parse(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
