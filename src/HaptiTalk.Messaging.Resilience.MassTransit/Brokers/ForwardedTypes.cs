using System.Runtime.CompilerServices;
using HaptiTalk.Messaging.Resilience;

// Until 2.0 this was here: what was compiled against that goes on.
[assembly: TypeForwardedTo(typeof(BrokerUnavailableRejectedException))]
